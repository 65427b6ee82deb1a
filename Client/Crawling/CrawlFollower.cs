using System.Collections.Immutable;
using OrleansAsync.Commands;
using OrleansAsync.Hosting;

namespace OrleansAsync.Crawling;

/// <summary>Follows a crawl: writes its records and says what it came to.</summary>
internal sealed class CrawlFollower(ClusterSession session, string id, SinkSet sinks, Output output, TimeProvider time, bool isResumed)
{
    /// <summary>How long a crawl may take to pause.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer may take: beyond it the silo that was asked is lost. A crawl without news answers after ten seconds.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    /// <summary>How long a cluster that answers nobody is waited for.</summary>
    private static readonly TimeSpan ClusterSilence = TimeSpan.FromSeconds(30);

    private readonly ICrawlGrain _crawl = session.Grains.GetGrain<ICrawlGrain>(CrawlKey.Create(id));

    // Written, and the activation of the crawl that was told so is lost: the next one may give them again.
    private readonly HashSet<string> _uncertain = new(StringComparer.Ordinal);

    /// <summary>Follows the crawl to its end.</summary>
    /// <param name="cancellationToken">Pauses the crawl.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var end = await FollowAsync(cancellationToken);
        var summary = new CrawlSummary(id, end.Totals, isResumed);
        await sinks.CompleteAsync(summary);
        output.Say(summary.ToString());
        switch (end)
        {
            case { State: CrawlState.Failed }:
                throw ProgramException.Failure($"crawl {id} could not go on: {end.Failure}; try again: oa crawls resume {id}");
            case { State: CrawlState.Paused }:
                output.Say($"crawl {id} is paused; let it go on with: oa crawls resume {id}");
                return cancellationToken.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Failed;
            case { State: CrawlState.Canceled }:
                return ExitCodes.Failed;
            default:
                return end.Totals is { Error: > 0 } or { Timeout: > 0 } ? ExitCodes.PartlyFailed : ExitCodes.Done;
        }
    }

    /// <summary>Follows the crawl and writes its records.</summary>
    /// <param name="cancellationToken">Pauses the crawl.</param>
    /// <returns>How it ended.</returns>
    public async Task<CrawlProgress> FollowAsync(CancellationToken cancellationToken)
    {
        using var viewing = new CancellationTokenSource();
        using var patience = new CancellationTokenSource();
        var view = ProgressView.RunAsync(_crawl, output, time, viewing.Token);
        try
        {
            await using var registration = cancellationToken.Register(() =>
            {
                patience.CancelAfter(Patience);
                LeaveAsync(patience).Ignore();
            });
            var after = CrawlPosition.Start;
            for (ImmutableArray<PageRecord> last = []; ;)
            {
                var batch = await ReadAsync(after, patience.Token);
                if (batch.IsOvertaken) throw ProgramException.Failure($"crawl {id} is followed by another client now");
                // The same activation has noted the last ones as written, or it would give them again.
                if (batch.Last.Epoch != after.Epoch) _uncertain.UnionWith(last.Select(static record => record.Url));
                await sinks.WriteAsync(batch.Records.RemoveAll(record => _uncertain.Remove(record.Url)));
                (last, after) = (batch.Records, batch.Last);
                if (batch.End is { } end) return end;
            }
        }
        catch (ProgramException)
        {
            // Nobody is left to take the records.
            _crawl.LeaveAsync(sinks.Follower).Ignore();
            throw;
        }
        finally
        {
            await viewing.CancelAsync();
            await view;
        }
    }

    private async Task LeaveAsync(CancellationTokenSource patience)
    {
        if (await _crawl.LeaveAsync(sinks.Follower)) return;
        output.Say($"crawl {id} goes on without being followed; see oa crawls show {id}");
        await patience.CancelAsync();
    }

    /// <summary>Reads on. A lost silo never answers; asked again, the crawl's grain comes up on another, and the crawl goes on from what is stored.</summary>
    private async Task<CrawlBatch> ReadAsync(CrawlPosition after, CancellationToken cancellationToken)
    {
        for (var asked = time.GetTimestamp(); ;)
        {
            try
            {
                var batch = await _crawl.ReadAsync(sinks.Follower, after, sinks.Outputs).WaitAsync(AnswerLimit, time, cancellationToken);
                return batch.State == CrawlState.New ? throw ProgramException.Failure($"crawl {id} was deleted") : batch;
            }
            catch (Exception exception) when (exception is not (ProgramException or OperationCanceledException))
            {
                if (time.GetElapsedTime(asked) > ClusterSilence)
                    throw ProgramException.Failure($"crawl {id} cannot be followed: the cluster has not answered for {ClusterSilence.TotalSeconds:0} s; see whether its silos run, and let it go on with: oa crawls resume {id}", exception);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        }
    }
}
