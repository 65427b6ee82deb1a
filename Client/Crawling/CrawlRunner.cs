using System.Globalization;
using System.Security.Cryptography;
using OrleansAsync.Commands;
using OrleansAsync.Hosting;

namespace OrleansAsync.Crawling;

/// <summary>Runs one crawl for <c>oa crawl</c>: starts it, follows it, writes its records and says what it came to.</summary>
internal sealed class CrawlRunner(CrawlRequest request, Output output, TimeProvider time)
{
    /// <summary>How long a cancelled crawl may take to wind up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer may take: beyond it the silo that was asked is lost. A crawl without news answers after ten seconds.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    /// <summary>How long a cluster that answers nobody is waited for.</summary>
    private static readonly TimeSpan ClusterSilence = TimeSpan.FromSeconds(30);

    /// <summary>Runs the crawl.</summary>
    /// <param name="options">The cluster to run it on.</param>
    /// <param name="cancellationToken">Stops the crawl; what was finished is written, and the summary too.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(SessionOptions options, CancellationToken cancellationToken)
    {
        // What the user can have got wrong comes first: nothing is started in vain.
        await using var sinks = new SinkSet(request, output);
        await using var demo = request.IsDemo ? await DemoSite.StartAsync(cancellationToken) : null;
        using var seeds = SeedSource.Open(demo?.Seeds ?? request.Urls, request.UrlsFile);

        await using var session = await ClusterSession.OpenAsync(options, cancellationToken);
        var id = request.Id ?? NewId();
        var crawl = session.Grains.GetGrain<ICrawlGrain>(CrawlKey.Create(id));
        await session.AllSilosServing.WaitAsync(cancellationToken);
        await foreach (var batch in seeds.ReadAsync(cancellationToken)) await crawl.AddSeedsAsync(batch);
        if (!await crawl.StartAsync(request.Specification))
            throw ProgramException.Input($"a crawl with the id '{id}' was started before; give another --id");

        var end = await FollowAsync(id, crawl, sinks, cancellationToken);
        var summary = new CrawlSummary(id, end.Totals);
        await sinks.CompleteAsync(summary);
        output.Say(summary.ToString());
        return end switch
        {
            { State: CrawlState.Failed } => throw ProgramException.Failure($"crawl {id} could not go on: {end.Failure}"),
            { State: CrawlState.Canceled } => cancellationToken.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Failed,
            { Totals: { Error: > 0 } or { Timeout: > 0 } } => ExitCodes.PartlyFailed,
            _ => ExitCodes.Done,
        };
    }

    private async Task<CrawlProgress> FollowAsync(string id, ICrawlGrain crawl, SinkSet sinks, CancellationToken cancellationToken)
    {
        using var viewing = new CancellationTokenSource();
        using var patience = new CancellationTokenSource();
        var view = ProgressView.RunAsync(crawl, output, time, viewing.Token);
        try
        {
            await using var registration = cancellationToken.Register(() =>
            {
                patience.CancelAfter(Patience);
                crawl.CancelAsync().Ignore();
            });
            long last = 0;
            while (true)
            {
                var batch = await ReadAsync(id, crawl, last, patience.Token);
                await sinks.WriteAsync(batch.Records);
                last = batch.LastSequence;
                if (batch.End is { } end) return end;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Nobody is left to take the records.
            crawl.CancelAsync().Ignore();
            throw;
        }
        finally
        {
            await viewing.CancelAsync();
            await view;
        }
    }

    /// <summary>Reads on. A lost silo never answers; asked again, the crawl's grain comes up on another, where nothing is known of the crawl.</summary>
    private async Task<CrawlBatch> ReadAsync(string id, ICrawlGrain crawl, long last, CancellationToken cancellationToken)
    {
        for (var asked = time.GetTimestamp(); ;)
        {
            try
            {
                var batch = await crawl.ReadAsync(last).WaitAsync(AnswerLimit, time, cancellationToken);
                return batch.State == CrawlState.New ? throw ProgramException.Failure($"crawl {id} was lost with its silo; crawl again") : batch;
            }
            catch (Exception exception) when (exception is TimeoutException or OrleansException)
            {
                if (time.GetElapsedTime(asked) > ClusterSilence)
                    throw ProgramException.Failure($"crawl {id} cannot be followed: the cluster has not answered for {ClusterSilence.TotalSeconds:0} s; see whether its silos run, and crawl again", exception);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }
    }

    private string NewId() => string.Create(
        CultureInfo.InvariantCulture,
        $"{time.GetUtcNow():yyyyMMdd-HHmmss}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3))}");
}
