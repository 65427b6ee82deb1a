using System.Collections.Concurrent;

namespace OrleansAsync.Crawling;

/// <summary>The crawls this silo takes part in; each is asked for its setup once.</summary>
internal sealed class CrawlContexts(IGrainFactory grains)
{
    private readonly ConcurrentDictionary<string, Task<CrawlContext>> _contexts = new(StringComparer.Ordinal);

    public async ValueTask<CrawlContext> GetAsync(string crawlId)
    {
        var task = _contexts.GetOrAdd(crawlId, static (id, self) => self.LoadAsync(id), this);
        if (task.IsCompletedSuccessfully) return await task;
        try
        {
            return await task;
        }
        catch
        {
            _contexts.TryRemove(KeyValuePair.Create(crawlId, task));
            throw;
        }
    }

    /// <summary>Forgets a crawl that has ended; whoever still asks for it loads it again.</summary>
    public void Release(string crawlId) => _contexts.TryRemove(crawlId, out _);

    private async Task<CrawlContext> LoadAsync(string crawlId) => new(await grains.GetGrain<ICrawlGrain>(CrawlKey.Create(crawlId)).GetSetupAsync());
}
