using System.Runtime.CompilerServices;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Hosting;
using OrleansAsync.Queues;
using OrleansAsync.Tasks;
using OrleansAsync.Workloads;

namespace OrleansAsync.Coordination;

/// <summary>Measures locks and queues, local and over the cluster, side by side.</summary>
/// <param name="session">The cluster.</param>
/// <param name="count">How many hand-overs or items a run has.</param>
/// <param name="repeat">How many measured runs each has.</param>
internal sealed class PrimitivesBench(ClusterSession session, int count, int repeat)
{
    private const int Contenders = 8;
    private const int Batch = 500;

    private readonly IClusterLoop _loop = session.Loop;
    private int _silos;
    private int _loops;

    /// <summary>Runs all measurements, one after the other; every hand-over and item of every run is checked.</summary>
    /// <param name="cancellationToken">Ends them.</param>
    /// <returns>What was measured.</returns>
    public async IAsyncEnumerable<PrimitiveResult> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await session.AllSilosServing.WaitAsync(cancellationToken);
        var loops = (await session.Grains.GetGrain<IEventLoopDirectoryGrain>(0).GetLoopsAsync([])).Active;
        (_silos, _loops) = (loops.Select(EventLoopKey.ParseSilo).Distinct().Count(), loops.Length);
        // What a message there and back costs by itself: no hand-over over the cluster is cheaper.
        yield return await MeasureAsync("grain call, one at a time", "cluster", () => CallAsync(session.Grains.GetGrain<IEventLoopGrain>(loops[^1]), cancellationToken));
        var (local, cluster) = (_loop.LocalLock(), _loop.Lock());
        yield return await MeasureAsync("lock, free", "local", () => HoldAsync(local, 1, cancellationToken));
        yield return await MeasureAsync("lock, free", "cluster", () => HoldAsync(cluster, 1, cancellationToken));
        yield return await MeasureAsync($"lock, {Contenders} contend", "local", () => HoldAsync(local, Contenders, cancellationToken));
        yield return await MeasureAsync($"lock, {Contenders} contend", "cluster", () => HoldAsync(cluster, Contenders, cancellationToken));
        yield return await MeasureAsync($"lock, {Contenders} coroutines contend", "cluster", () => HoldOnLoopsAsync(cluster, cancellationToken));
        foreach (var (sides, batch) in ((int, int)[])[(1, 1), (4, 1), (1, Batch), (4, Batch)])
        {
            var name = $"queue, {sides}:{sides}{(batch > 1 ? $", batches of {batch}" : "")}";
            yield return await MeasureAsync(name, "local", () => PassAsync(_loop.LocalQueue<int>(2 * Batch), sides, batch, cancellationToken));
            yield return await MeasureAsync(name, "cluster", () => PassAsync(_loop.Queue<int>(2 * Batch), sides, batch, cancellationToken));
        }
    }

    private async Task<PrimitiveResult> MeasureAsync(string name, string form, Func<Task> run)
    {
        // Not counted: code that the runtime compiles on first use, and the primitive's first message.
        await run();
        var elapsed = new TimeSpan[repeat];
        for (var i = 0; i < repeat; i++)
        {
            var start = _loop.Time.GetTimestamp();
            await run();
            elapsed[i] = _loop.Time.GetElapsedTime(start);
        }
        var memory = await _loop.GatherAsync(Enumerable.Repeat(new MeasureMemory(), _loops));
        var median = elapsed.Order().ElementAt(repeat / 2);
        return new PrimitiveResult
        {
            Name = name,
            Form = form,
            N = count,
            ElapsedMs = [.. elapsed.Select(time => Math.Round(time.TotalMilliseconds, 1))],
            MedianMs = Math.Round(median.TotalMilliseconds, 1),
            PerSecond = Math.Round(count / median.TotalSeconds),
            PeakRssMb = Math.Round(memory.Append(ProcessMemory.OfThisProcess()).GroupBy(process => (process.Machine, process.ProcessId))
                .Sum(process => process.Max(measured => measured.PeakBytes)) / 1048576.0),
            Silos = _silos,
            Loops = _loops,
            Machine = BenchMachine.Description,
        };
    }

    private async Task CallAsync(IEventLoopGrain loop, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++) await loop.GetInfoAsync().WaitAsync(cancellationToken);
    }

    private async Task HoldAsync(ILock held, int contenders, CancellationToken cancellationToken)
    {
        var (holders, times) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, contenders).Select(index => Task.Run(() => HoldAsync(Share(contenders, index)), cancellationToken)));
        Check(times, "hand-overs");

        async Task HoldAsync(int share)
        {
            for (var i = 0; i < share; i++)
            {
                await using var lease = await held.AcquireAsync(cancellationToken);
                if (Interlocked.Increment(ref holders) != 1) throw ProgramException.Failure("bench primitives: two held the lock at the same time");
                times++;
                Interlocked.Decrement(ref holders);
            }
        }
    }

    private async Task HoldOnLoopsAsync(ClusterLock held, CancellationToken cancellationToken)
    {
        var times = await _loop.GatherAsync(Enumerable.Range(0, Contenders).Select(index => new HoldLock(held, Share(Contenders, index))), cancellationToken);
        Check(times.Sum(), "hand-overs");
    }

    private async Task PassAsync(IQueue<int> queue, int sides, int batch, CancellationToken cancellationToken)
    {
        var sum = 0L;
        var producers = Enumerable.Range(0, sides).Select(index => Task.Run(() => PutAsync(Share(sides, index)), cancellationToken));
        var consumers = Enumerable.Range(0, sides).Select(index => Task.Run(() => TakeAsync(Share(sides, index)), cancellationToken));
        await Task.WhenAll([.. producers, .. consumers]);
        await queue.JoinAsync(cancellationToken);
        Check((int)sum, "items");

        async Task PutAsync(int share)
        {
            for (var left = share; left > 0; left -= batch)
            {
                if (batch == 1) await queue.PutAsync(1, cancellationToken);
                else await queue.PutManyAsync(Enumerable.Repeat(1, Math.Min(batch, left)), cancellationToken);
            }
        }

        async Task TakeAsync(int share)
        {
            for (var left = share; left > 0;)
            {
                IReadOnlyList<int> items = batch == 1 ? [await queue.GetAsync(cancellationToken)] : await queue.GetManyAsync(Math.Min(batch, left), cancellationToken);
                Interlocked.Add(ref sum, items.Sum());
                left -= items.Count;
                await queue.TaskDoneAsync(items.Count);
            }
        }
    }

    private int Share(int of, int index) => (count / of) + (index < count % of ? 1 : 0);

    private void Check(int got, string what)
    {
        if (got != count) throw ProgramException.Failure($"bench primitives: {got} {what} instead of {count}");
    }
}

/// <summary>What <c>bench primitives</c> prints, a line for each measurement.</summary>
internal sealed record PrimitiveResult
{
    public required string Name { get; init; }
    public required string Form { get; init; }
    public required int N { get; init; }
    public required IReadOnlyList<double> ElapsedMs { get; init; }
    public required double MedianMs { get; init; }
    public required double PerSecond { get; init; }
    public required double PeakRssMb { get; init; }
    public required int Silos { get; init; }
    public required int Loops { get; init; }
    public required string Machine { get; init; }

    public override string ToString() => FormattableString.Invariant($"{Name,-32} {Form,-8} {PerSecond,12:N0}/s  {MedianMs,10:N1} ms");
}
