using System.Collections.Concurrent;

namespace OrleansAsync.Crawling;

/// <summary>The crawls this silo takes part in.</summary>
internal sealed class CrawlContexts(IGrainFactory grains)
{
    private readonly ConcurrentDictionary<string, Task<CrawlContext>> _contexts = new(StringComparer.Ordinal);

    /// <summary>Asks for a crawl as it is now; one that was deleted may have come again under the same id.</summary>
    public Task<CrawlContext> LoadAsync(string crawlId) => _contexts[crawlId] = AskAsync(crawlId);

    /// <summary>Gets a crawl of which an origin knows the setup; it is asked for once.</summary>
    public async ValueTask<CrawlContext> GetAsync(string crawlId, Guid setup)
    {
        var task = _contexts.GetOrAdd(crawlId, static (id, self) => self.AskAsync(id), this);
        try
        {
            if (await task is var context && context.Setup == setup) return context;
        }
        catch
        {
            _contexts.TryRemove(KeyValuePair.Create(crawlId, task));
            throw;
        }

        return await LoadAsync(crawlId);
    }

    /// <summary>Forgets a crawl that has ended; whoever still asks for it loads it again.</summary>
    public void Release(string crawlId) => _contexts.TryRemove(crawlId, out _);

    private async Task<CrawlContext> AskAsync(string crawlId) => new(await grains.GetGrain<ICrawlGrain>(CrawlKey.Create(crawlId)).GetSetupAsync());
}
