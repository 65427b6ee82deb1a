using System.Diagnostics;
using System.Runtime.CompilerServices;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks;
using OrleansAsync.Workloads;

namespace OrleansAsync.Execution;

/// <summary>The tutorial's comparison: many waits, by each way to wait for several things at once.</summary>
/// <param name="session">The cluster.</param>
/// <param name="tasks">How many waits.</param>
/// <param name="delay">How long each.</param>
/// <param name="repeat">How many measured runs each model has.</param>
internal sealed class ModelsBench(ClusterSession session, int tasks, TimeSpan delay, int repeat)
{
    private static readonly TimeSpan WarmUpDelay = TimeSpan.FromMilliseconds(1);

    private readonly IClusterLoop _loop = session.Loop;

    /// <summary>Runs one model after the other; every wait of every run is checked.</summary>
    /// <param name="cancellationToken">Ends them.</param>
    public async IAsyncEnumerable<ModelResult> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await session.AllSilosServing.WaitAsync(cancellationToken);
        var loops = (await session.Grains.GetGrain<IEventLoopDirectoryGrain>(0).GetLoopsAsync([])).Active;
        (string Name, Func<int, TimeSpan, CancellationToken, Task<ModelRun>> Run)[] models =
        [
            ("sequential", SequentialAsync), ("processes", ProcessesAsync), ("threads", ThreadsAsync), (".NET tasks", DotNetTasksAsync), ("one loop", OneLoopAsync), ("cluster", ClusterAsync),
        ];
        foreach (var (name, run) in models)
        {
            // Not counted: code that the runtime compiles on first use, and child processes that start.
            await run(Math.Min(tasks, 16), WarmUpDelay, cancellationToken);
            var (elapsed, threads, memory) = (new TimeSpan[repeat], 0, 0L);
            for (var i = 0; i < repeat; i++)
            {
                await using var sampler = new Sampler();
                var start = _loop.Time.GetTimestamp();
                var done = await run(tasks, delay, cancellationToken);
                elapsed[i] = _loop.Time.GetElapsedTime(start);
                if (done.Count != tasks) throw ProgramException.Failure($"bench models: {name} ended {done.Count} waits instead of {tasks}");
                var (most, bytes) = await sampler.StopAsync();
                (threads, memory) = (Math.Max(threads, most), Math.Max(memory, bytes + done.ChildBytes));
            }
            var median = elapsed.Order().ElementAt(repeat / 2);
            yield return new()
            {
                Name = name,
                N = tasks,
                DelayMs = delay.TotalMilliseconds,
                ElapsedMs = [.. elapsed.Select(time => Math.Round(time.TotalMilliseconds, 1))],
                MedianMs = Math.Round(median.TotalMilliseconds, 1),
                PerSecond = Math.Round(tasks / median.TotalSeconds),
                PeakRssMb = Math.Round(memory / 1048576.0),
                Threads = threads,
                Silos = loops.Select(EventLoopKey.ParseSilo).Distinct().Count(),
                Loops = loops.Length,
                Machine = BenchMachine.Description,
            };
        }
    }

    private static async Task<ModelRun> SequentialAsync(int count, TimeSpan each, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++) await Task.Delay(each, cancellationToken);
        return new(count);
    }

    private static async Task<ModelRun> ThreadsAsync(int count, TimeSpan each, CancellationToken cancellationToken)
    {
        var done = 0;
        using var ended = new CountdownEvent(count);
        for (var i = 0; i < count; i++)
        {
            new Thread(() =>
            {
                // A thread that waits is what this model is.
                if (!cancellationToken.WaitHandle.WaitOne(each)) Interlocked.Increment(ref done);
                ended.Signal();
            }).Start();
        }
        await Task.Run(ended.Wait, CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return new(done);
    }

    private static async Task<ModelRun> DotNetTasksAsync(int count, TimeSpan each, CancellationToken cancellationToken) =>
        new((await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            await Task.Delay(each, cancellationToken);
            return 1;
        }))).Sum());

    private async Task<ModelRun> ProcessesAsync(int count, TimeSpan each, CancellationToken cancellationToken)
    {
        var processes = await _loop.GatherAsync(Enumerable.Repeat(new NapInProcess(each), count), cancellationToken);
        return new(processes.Length, processes.GroupBy(process => (process.Machine, process.ProcessId)).Sum(process => process.Max(measured => measured.PeakBytes)));
    }

    private async Task<ModelRun> OneLoopAsync(int count, TimeSpan each, CancellationToken cancellationToken)
    {
        var sum = await _loop.RunAsync(new NapsOnOneLoop(count, each), cancellationToken);
        return new(sum == SumBelow(count) ? count : 0);
    }

    private async Task<ModelRun> ClusterAsync(int count, TimeSpan each, CancellationToken cancellationToken)
    {
        var numbers = await _loop.GatherAsync(Enumerable.Range(0, count).Select(number => new Nap(each, number)), cancellationToken);
        return new(numbers.Sum() == SumBelow(count) ? numbers.Length : 0);
    }

    private static long SumBelow(int count) => (long)count * (count - 1) / 2;

    /// <param name="Count">How many waits ended.</param>
    /// <param name="ChildBytes">The memory of child processes.</param>
    private sealed record ModelRun(int Count, long ChildBytes = 0);

    /// <summary>Looks at this process again and again: the most threads and memory at a time.</summary>
    private sealed class Sampler : IAsyncDisposable
    {
        private readonly PeriodicTimer _timer = new(TimeSpan.FromMilliseconds(10));
        private readonly Process _process = Process.GetCurrentProcess();
        private readonly Task _sampling;
        private int _threads;
        private long _bytes;

        public Sampler() => _sampling = SampleAsync();

        public async Task<(int Threads, long Bytes)> StopAsync()
        {
            _timer.Dispose();
            await _sampling;
            return (_threads, _bytes);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _process.Dispose();
        }

        private async Task SampleAsync()
        {
            do
            {
                _process.Refresh();
                (_threads, _bytes) = (Math.Max(_threads, _process.Threads.Count), Math.Max(_bytes, _process.WorkingSet64));
            }
            while (await _timer.WaitForNextTickAsync());
        }
    }
}

/// <summary>What <c>bench models</c> prints, a line for each model.</summary>
internal sealed record ModelResult
{
    private const int BarWidth = 40;

    public required string Name { get; init; }
    public required int N { get; init; }
    public required double DelayMs { get; init; }
    public required IReadOnlyList<double> ElapsedMs { get; init; }
    public required double MedianMs { get; init; }
    public required double PerSecond { get; init; }

    /// <summary>The memory of this process, embedded silos and all before it included, and of child processes.</summary>
    public required double PeakRssMb { get; init; }

    /// <summary>The most threads of this process at a time.</summary>
    public required int Threads { get; init; }
    public required int Silos { get; init; }
    public required int Loops { get; init; }
    public required string Machine { get; init; }

    public static string Header => $"{"model",-12} {"median",12} {"per second",12} {"threads",8} {"memory",10}";

    /// <summary>A line of a table, with a bar that is as long as its time is to the slowest.</summary>
    public string ToLine(double slowestMs) => FormattableString.Invariant(
        $"{Name,-12} {MedianMs,9:N1} ms {PerSecond,12:N0} {Threads,8} {PeakRssMb,7:N0} MB  {new string('█', Math.Max(1, (int)Math.Round(BarWidth * MedianMs / slowestMs)))}");
}
