using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansAsync.Execution.Executors;
using static OrleansAsync.Tests.Unit.Execution.WorkerThreadsCalls;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>The threads of an executor at random, and their metrics.</summary>
public sealed class WorkerThreadsLoadTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Threads_running_calls_and_waiting_calls_are_counted()
    {
        ConcurrentDictionary<string, long> counts = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name.StartsWith("orleansasync.executor.", StringComparison.Ordinal)) self.EnableMeasurementEvents(instrument);
            },
        };
        var kind = Guid.NewGuid().ToString();
        listener.SetMeasurementEventCallback<long>((instrument, change, tags, _) =>
        {
            if (tags[0].Key == "kind" && (string?)tags[0].Value == kind) counts.AddOrUpdate(instrument.Name, change, (_, count) => count + change);
        });
        listener.Start();
        var threads = new WorkerThreads(kind, 1, Long, NullLogger.Instance);
        var (started, gate) = (new Gate(), new Gate());
        var (first, second) = (Run(threads, _ => Hold(started, gate)), Run(threads, _ => { }));
        await started.Opened.Soon();
        Assert.Equal((1, 1, 1), (counts["orleansasync.executor.threads"], counts["orleansasync.executor.running"], counts["orleansasync.executor.queued"]));
        gate.Open();
        await Task.WhenAll(first, second).Soon();
        threads.Dispose();
        await Patience.Until(() => threads.ThreadCount == 0);
        Assert.Equal([0, 0, 0], counts.Values);
    }

    [Fact]
    public async Task Whatever_comes_and_is_cancelled_whenever_each_call_ends_once_and_runs_at_most_once()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var limit = random.Next(1, 5);
            var threads = new WorkerThreads("test", limit, random.Next(2) == 0 ? Long : TimeSpan.FromMilliseconds(1), NullLogger.Instance);
            var (running, most) = (0, 0);
            var runs = new int[300];
            List<(Task Task, CancellationTokenSource Cancel)> calls = [];
            for (var i = 0; i < runs.Length; i++)
            {
                var number = i;
                var cancel = new CancellationTokenSource();
                var spin = random.Next(200);
                calls.Add((RunUntil(cancel.Token, threads, _ =>
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref running));
                    runs[number]++;
                    Thread.SpinWait(spin);
                    Interlocked.Decrement(ref running);
                }), cancel));
                if (random.Next(3) == 0) await calls[random.Next(calls.Count)].Cancel.CancelAsync();
                if (random.Next(20) == 0) await Task.Yield();
            }
            await Task.WhenAll(calls.Select(call => call.Task.ContinueWith(_ => { }, TaskScheduler.Default))).Soon();
            Assert.InRange(most, 0, limit);
            for (var i = 0; i < runs.Length; i++)
            {
                Assert.InRange(runs[i], calls[i].Task.IsCanceled ? 0 : 1, 1);
                Assert.True(calls[i].Task.IsCompletedSuccessfully || calls[i].Cancel.IsCancellationRequested, $"seed {seed}: call {i} is {calls[i].Task.Status}");
            }
            threads.Dispose();
            await Patience.Until(() => threads.ThreadCount == 0);
            Assert.Equal((0, 0), (threads.RunningCount, threads.QueuedCount));
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, value, seen);
    }
}
