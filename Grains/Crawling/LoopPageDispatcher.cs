using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Crawling;

/// <summary>Fetches pages as tasks, spread over the event loops of all silos.</summary>
internal sealed class LoopPageDispatcher(IClusterLoop loop) : IPageDispatcher
{
    public async Task<PageFetch> FetchAsync(FetchPage page, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var task = loop.CreateTask(page);
        await using (cancellationToken.Register(() => _ = task.CancelAsync("the crawl was stopped")))
            return await task;
    }
}
