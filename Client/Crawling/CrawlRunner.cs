using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using OrleansAsync.Commands;
using OrleansAsync.Hosting;

namespace OrleansAsync.Crawling;

/// <summary>Runs a crawl for <c>oa crawl</c> and <c>oa crawls resume</c>: starts it or lets it go on, and follows it.</summary>
internal sealed class CrawlRunner(Output output, TimeProvider time)
{
    /// <summary>Starts a crawl and follows it; one of the same id goes on.</summary>
    /// <param name="request">What to crawl.</param>
    /// <param name="options">The cluster to run it on.</param>
    /// <param name="cancellationToken">Pauses the crawl; what was finished is written, and the summary too.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CrawlRequest request, SessionOptions options, CancellationToken cancellationToken)
    {
        // What the user can have got wrong comes first: nothing is started in vain.
        if (request.IsDetached && options.Target.Mode == ClusterMode.Embedded)
            throw ProgramException.Input("--detach leaves the crawl to silo processes, and an embedded cluster has none; give --cluster local or @FILE, or leave --detach out");
        await using var sinks = new SinkSet(request.Outputs, output);
        await using var demo = request.IsDemo ? await DemoSite.StartAsync(cancellationToken) : null;
        using var seeds = SeedSource.Open(demo?.Seeds ?? request.Urls, request.UrlsFile);

        await using var session = await ClusterSession.OpenAsync(options, cancellationToken);
        var id = request.Id ?? NewId();
        var crawl = session.Grains.GetGrain<ICrawlGrain>(CrawlKey.Create(id));
        await session.AllSilosServing.WaitAsync(cancellationToken);
        var state = (await crawl.GetProgressAsync()).State;
        if (request.Specification.Refresh && state is (CrawlState.Finished or CrawlState.Canceled))
        {
            if (await crawl.RefreshAsync().WaitAsync(cancellationToken) is { } refusal) throw ProgramException.Input($"{refusal}; see oa crawls list");
            output.Say($"crawl {id} is crawled again");
        }
        else if (state != CrawlState.New)
        {
            output.Say($"crawl {id} goes on as it began; its URLs and options stay");
            return await ResumeAsync(session, id, sinks, cancellationToken);
        }

        await foreach (var batch in seeds.ReadAsync(cancellationToken)) await crawl.AddSeedsAsync(batch);
        if (!await crawl.StartAsync(request.Specification, request.IsDetached, sinks.NewOutputs))
            throw ProgramException.Failure($"another client has just started crawl {id}; see oa crawls show {id}");
        if (request.IsDetached)
        {
            output.Result(new { CrawlId = id, State = CrawlState.Running }, _ => id);
            output.Say($"crawl {id} runs; follow it with: oa crawls resume {id}");
            return ExitCodes.Done;
        }

        await crawl.FollowAsync(sinks.Follower);
        sinks.Begin();
        return await new CrawlFollower(session, id, sinks, output, time, isResumed: false).RunAsync(cancellationToken);
    }

    /// <summary>Lets a crawl go on and follows it.</summary>
    /// <param name="id">The crawl.</param>
    /// <param name="outputs">Files to write all its records to; those it has been writing go on in any case.</param>
    /// <param name="options">The cluster.</param>
    /// <param name="cancellationToken">Pauses the crawl.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> ResumeAsync(string id, ImmutableArray<string> outputs, SessionOptions options, CancellationToken cancellationToken)
    {
        await using var sinks = new SinkSet(outputs, output);
        await using var session = await ClusterSession.OpenAsync(options, cancellationToken);
        await session.AllSilosServing.WaitAsync(cancellationToken);
        return await ResumeAsync(session, id, sinks, cancellationToken);
    }

    private async Task<int> ResumeAsync(ClusterSession session, string id, SinkSet sinks, CancellationToken cancellationToken)
    {
        var crawl = session.Grains.GetGrain<ICrawlGrain>(CrawlKey.Create(id));
        var progress = await crawl.GetProgressAsync();
        if (progress.State is CrawlState.Finished or CrawlState.Canceled)
        {
            // Nothing is left to do but to give a new file what it has not got.
            output.Say($"crawl {id} {(progress.State == CrawlState.Finished ? "is finished" : "was cancelled")}; to crawl again use --refresh, give another --id, or delete it: oa crawls delete {id}");
        }
        else if (await crawl.ResumeAsync().WaitAsync(cancellationToken) is { } refusal)
        {
            throw ProgramException.Input($"{refusal}; see oa crawls list");
        }

        var written = await crawl.FollowAsync(sinks.Follower);
        await sinks.ContinueAsync(id, written, session.Grains.GetGrain<ICrawlDirectoryGrain>(0), cancellationToken);
        return await new CrawlFollower(session, id, sinks, output, time, isResumed: true).RunAsync(cancellationToken);
    }

    private string NewId() => string.Create(
        CultureInfo.InvariantCulture,
        $"{time.GetUtcNow():yyyyMMdd-HHmmss}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}");
}
