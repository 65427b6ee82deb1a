using System.Diagnostics;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks;
using OrleansAsync.Workloads;

namespace OrleansAsync.Execution;

/// <summary>Measures gather over many tasks that each wait a while, as the tutorial does with 100 of them.</summary>
internal static class FanoutBench
{
    /// <summary>How many tasks the run before the measured ones has at most.</summary>
    public const int WarmUpTasks = 20_000;

    private static readonly TimeSpan WarmUpDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs the measurement; every result of every run is checked.</summary>
    /// <param name="session">The cluster.</param>
    /// <param name="tasks">How many tasks.</param>
    /// <param name="delay">How long each waits.</param>
    /// <param name="repeat">How many measured runs.</param>
    /// <param name="cancellationToken">Cancels the tasks and the measurement.</param>
    /// <returns>What was measured.</returns>
    public static async Task<FanoutResult> RunAsync(ClusterSession session, int tasks, TimeSpan delay, int repeat, CancellationToken cancellationToken)
    {
        await session.AllSilosServing.WaitAsync(cancellationToken);
        var loops = (await session.Grains.GetGrain<IEventLoopDirectoryGrain>(0).GetLoopsAsync([])).Active;
        // Not counted: connections, and code that the runtime compiles on first use.
        await GatherAsync(session.Loop, Math.Min(tasks, WarmUpTasks), delay < WarmUpDelay ? delay : WarmUpDelay, cancellationToken);
        var elapsed = new TimeSpan[repeat];
        for (var run = 0; run < repeat; run++)
        {
            var start = session.Loop.Time.GetTimestamp();
            await GatherAsync(session.Loop, tasks, delay, cancellationToken);
            elapsed[run] = session.Loop.Time.GetElapsedTime(start);
        }

        var memory = await session.Loop.GatherAsync(Enumerable.Repeat(new MeasureMemory(), loops.Length), cancellationToken);
        var median = elapsed.Order().ElementAt(repeat / 2);
        return new FanoutResult
        {
            Name = "fanout",
            N = tasks,
            DelayMs = delay.TotalMilliseconds,
            ElapsedMs = [.. elapsed.Select(time => Math.Round(time.TotalMilliseconds, 1))],
            MedianMs = Math.Round(median.TotalMilliseconds, 1),
            PerSecond = Math.Round(tasks / median.TotalSeconds),
            PeakRssMb = Math.Round(memory.Append(ProcessMemory.OfThisProcess()).GroupBy(process => (process.Machine, process.ProcessId))
                .Sum(process => process.Max(measured => measured.PeakBytes)) / 1048576.0),
            Silos = loops.Select(EventLoopKey.ParseSilo).Distinct().Count(),
            Loops = loops.Length,
            Machine = BenchMachine.Description,
        };
    }

    private static async Task GatherAsync(IClusterLoop loop, int tasks, TimeSpan delay, CancellationToken cancellationToken)
    {
        var numbers = await loop.GatherAsync(Enumerable.Range(0, tasks).Select(number => new Nap(delay, number)), cancellationToken);
        for (var i = 0; i < tasks; i++)
        {
            if (numbers[i] != i) throw ProgramException.Failure($"bench fanout: task {i} of {tasks} returned {numbers[i]} instead of {i}");
        }

        Debug.Assert(numbers.Length == tasks);
    }
}

/// <summary>What <c>bench fanout</c> prints.</summary>
internal sealed record FanoutResult
{
    public required string Name { get; init; }
    public required int N { get; init; }
    public required double DelayMs { get; init; }
    public required IReadOnlyList<double> ElapsedMs { get; init; }
    public required double MedianMs { get; init; }
    public required double PerSecond { get; init; }
    public required double PeakRssMb { get; init; }
    public required int Silos { get; init; }
    public required int Loops { get; init; }
    public required string Machine { get; init; }

    public override string ToString() => FormattableString.Invariant(
        $"{N:N0} tasks of {DelayMs} ms: {MedianMs:N1} ms (median of {ElapsedMs.Count}), {PerSecond:N0} tasks/s, {PeakRssMb:N0} MB at most, {Silos} silos with {Loops} loops");
}
