using System.Collections.Immutable;
using OrleansAsync.Commands;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks;
using OrleansAsync.Workloads;

namespace OrleansAsync.Crawling;

/// <summary>Measures crawls as <c>oa crawl</c> runs them: with robots.txt, the store and a file of records.</summary>
internal sealed class CrawlBench(ClusterSession session, TimeProvider time)
{
    // What is measured is not to be slowed by showing it.
    private readonly Output _silent = new(OutputFormat.Text, Verbosity.Quiet);

    /// <summary>Crawls the same site several times; each run must find what the first one found.</summary>
    /// <param name="urls">Where to begin.</param>
    /// <param name="specification">How to crawl.</param>
    /// <param name="repeat">How many measured runs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was measured.</returns>
    /// <exception cref="ProgramException">A crawl could not go on, or a run found something else than the one before.</exception>
    public async Task<CrawlBenchResult> RunAsync(ImmutableArray<string> urls, CrawlSpecification specification, int repeat, CancellationToken cancellationToken)
    {
        await session.AllSilosServing.WaitAsync(cancellationToken);
        var loops = (await session.Grains.GetGrain<IEventLoopDirectoryGrain>(0).GetLoopsAsync([])).Active;
        // Not counted: connections, and code that the runtime compiles on first use.
        var (found, _) = await CrawlAsync(urls, specification, cancellationToken);
        if (found.Success == 0) throw ProgramException.Failure($"bench crawl: {urls[0]} and what it leads to has no page; see oa crawl {urls[0]}");
        var elapsed = new TimeSpan[repeat];
        for (var run = 0; run < repeat; run++)
        {
            (var totals, elapsed[run]) = await CrawlAsync(urls, specification, cancellationToken);
            if ((totals.Success, totals.Pages, totals.Bytes) != (found.Success, found.Pages, found.Bytes))
                throw ProgramException.Failure($"bench crawl: run {run + 1} found {totals.Pages} pages with {totals.Bytes} bytes, and the one before {found.Pages} with {found.Bytes}; measure a site that does not change");
        }

        var memory = await session.Loop.GatherAsync(Enumerable.Repeat(new MeasureMemory(), loops.Length), cancellationToken);
        var median = elapsed.Order().ElementAt(repeat / 2);
        return new CrawlBenchResult
        {
            Name = "crawl",
            N = found.Pages,
            DelayMs = 0,
            ElapsedMs = [.. elapsed.Select(each => Math.Round(each.TotalMilliseconds, 1))],
            MedianMs = Math.Round(median.TotalMilliseconds, 1),
            PerSecond = Math.Round(found.Pages / median.TotalSeconds, 1),
            PeakRssMb = Math.Round(memory.Append(ProcessMemory.OfThisProcess()).GroupBy(process => (process.Machine, process.ProcessId))
                .Sum(process => process.Max(measured => measured.PeakBytes)) / 1048576.0),
            Silos = loops.Select(EventLoopKey.ParseSilo).Distinct().Count(),
            Loops = loops.Length,
            Machine = BenchMachine.Description,
        };
    }

    private async Task<(CrawlTotals Totals, TimeSpan Elapsed)> CrawlAsync(ImmutableArray<string> urls, CrawlSpecification specification, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.jsonl");
        var id = $"bench-{Guid.CreateVersion7():N}";
        var crawl = session.Grains.GetGrain<ICrawlGrain>(CrawlKey.Create(id));
        try
        {
            await using var sinks = new SinkSet([file], _silent);
            var start = time.GetTimestamp();
            await crawl.AddSeedsAsync(urls);
            await crawl.StartAsync(specification, isDetached: false, []);
            await crawl.FollowAsync(sinks.Follower);
            var end = await new CrawlFollower(session, id, sinks, _silent, time, isResumed: false).FollowAsync(cancellationToken);
            var elapsed = time.GetElapsedTime(start);
            cancellationToken.ThrowIfCancellationRequested();
            return end.State == CrawlState.Finished ? (end.Totals, elapsed) : throw ProgramException.Failure($"bench crawl: the crawl is {end.State}, not finished: {end.Failure}");
        }
        finally
        {
            await crawl.DeleteAsync();
            File.Delete(file);
        }
    }
}

/// <summary>What <c>bench crawl</c> prints.</summary>
internal sealed record CrawlBenchResult
{
    public required string Name { get; init; }
    public required long N { get; init; }
    public required double DelayMs { get; init; }
    public required IReadOnlyList<double> ElapsedMs { get; init; }
    public required double MedianMs { get; init; }
    public required double PerSecond { get; init; }
    public required double PeakRssMb { get; init; }
    public required int Silos { get; init; }
    public required int Loops { get; init; }
    public required string Machine { get; init; }

    public override string ToString() => FormattableString.Invariant(
        $"{N:N0} pages: {MedianMs:N0} ms (median of {ElapsedMs.Count}), {PerSecond:N1} pages/s, {PeakRssMb:N0} MB at most, {Silos} silos with {Loops} loops");
}
