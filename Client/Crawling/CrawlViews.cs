using System.Collections.Immutable;
using System.Globalization;
using OrleansAsync.Commands;
using OrleansAsync.Hosting;

namespace OrleansAsync.Crawling;

/// <summary>Shows and changes crawls that are stored.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="output">Where to show them.</param>
internal sealed class CrawlViews(IGrainFactory grains, Output output)
{
    private ICrawlDirectoryGrain Directory => grains.GetGrain<ICrawlDirectoryGrain>(0);

    /// <summary>Lists all.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> ListAsync(CancellationToken cancellationToken)
    {
        foreach (var crawl in await Directory.ListAsync().WaitAsync(cancellationToken)) Show(crawl);
        return ExitCodes.Done;
    }

    /// <summary>Shows one.</summary>
    /// <param name="id">The crawl.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> ShowAsync(string id, CancellationToken cancellationToken)
    {
        Show(await FindAsync(id, cancellationToken));
        return ExitCodes.Done;
    }

    /// <summary>Pauses one.</summary>
    /// <param name="id">The crawl.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The exit code.</returns>
    public Task<int> PauseAsync(string id, CancellationToken cancellationToken) => ChangeAsync(id, static crawl => crawl.PauseAsync(), cancellationToken);

    /// <summary>Cancels one.</summary>
    /// <param name="id">The crawl.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The exit code.</returns>
    public Task<int> CancelAsync(string id, CancellationToken cancellationToken) => ChangeAsync(id, static crawl => crawl.CancelAsync(), cancellationToken);

    /// <summary>Deletes one.</summary>
    /// <param name="id">The crawl.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The exit code.</returns>
    public Task<int> DeleteAsync(string id, CancellationToken cancellationToken) => ChangeAsync(id, static crawl => crawl.DeleteAsync(), cancellationToken);

    /// <summary>Writes the records of one to files, by origin and in the order they were stored.</summary>
    /// <param name="id">The crawl.</param>
    /// <param name="files">The files, which are overwritten.</param>
    /// <param name="cancellationToken">Stops it; the files hold whole lines then.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> ExportAsync(string id, ImmutableArray<string> files, CancellationToken cancellationToken)
    {
        var crawl = await FindAsync(id, cancellationToken);
        List<JsonLinesSink> sinks = [];
        try
        {
            foreach (var file in files.Select(Path.GetFullPath).Distinct()) sinks.Add(JsonLinesSink.Open(file));
            foreach (var sink in sinks) sink.Truncate(0);
            await SinkSet.CopyAsync(id, sinks, Directory, deliveredOnly: false, cancellationToken);
        }
        finally
        {
            foreach (var sink in sinks) await sink.DisposeAsync();
        }

        output.Say(new CrawlSummary(id, crawl.Totals, IsResumed: false).ToString());
        return ExitCodes.Done;
    }

    private async Task<int> ChangeAsync(string id, Func<ICrawlGrain, Task<string?>> change, CancellationToken cancellationToken)
    {
        await FindAsync(id, cancellationToken);
        if (await change(grains.GetGrain<ICrawlGrain>(CrawlKey.Create(id))).WaitAsync(cancellationToken) is { } refusal) throw ProgramException.Input($"{refusal}; see oa crawls show {id}");
        return ExitCodes.Done;
    }

    private async Task<CrawlInfo> FindAsync(string id, CancellationToken cancellationToken) =>
        (await Directory.ListAsync().WaitAsync(cancellationToken)).FirstOrDefault(crawl => crawl.Id == id) ?? throw ProgramException.Input($"there is no crawl {id}; see oa crawls list");

    private void Show(CrawlInfo crawl)
    {
        var state = crawl.IsInterrupted ? "interrupted" : crawl.State.ToString().ToLowerInvariant();
        output.Result(
            new
            {
                CrawlId = crawl.Id,
                State = state,
                crawl.Failure,
                crawl.CreatedAt,
                crawl.EndedAt,
                crawl.Totals.Success,
                crawl.Totals.Timeout,
                crawl.Totals.Error,
                crawl.Totals.Disallowed,
                crawl.Totals.Skipped,
                crawl.Totals.Pages,
                crawl.Totals.Bytes,
                crawl.Open,
                ElapsedMs = Math.Round(crawl.Totals.Elapsed.TotalMilliseconds),
            },
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{crawl.Id,-24} {state,-11} {crawl.CreatedAt.LocalDateTime:yyyy-MM-dd HH:mm}  {crawl.Totals.Pages,9:N0} pages  {crawl.Totals.Error + crawl.Totals.Timeout,7:N0} failed  {crawl.Open,9:N0} open{(crawl.Failure is { } failure ? $"  {failure}" : "")}"));
    }
}
