using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>Takes the URLs to begin with, and hands them to their origins.</summary>
internal sealed partial class CrawlGrain
{
    private const int SeedPage = 10_000;
    private const int SeedCallsAtATime = 64;

    // They decide the scope, and which private networks are permitted.
    private readonly HashSet<string> _seedOrigins = new(StringComparer.Ordinal);
    private readonly HashSet<string> _malformed = new(StringComparer.Ordinal);
    private long _nextSeed;
    private bool _isSeeding;

    public async Task AddSeedsAsync(ImmutableArray<string> seeds)
    {
        if (_state != CrawlState.New) return;
        if (_nextSeed == 0 && !await CreateAsync()) return;
        List<StoredLink> links = [];
        List<(long Number, PageRecord Record)> malformed = [];
        foreach (var seed in seeds)
        {
            if (CrawlUrl.TryParse(seed, out var url, out var reason))
            {
                links.Add(new StoredLink(_nextSeed++, url.Origin, url.Href, 0, null));
                _seedOrigins.Add(url.Origin);
            }
            else if (_malformed.Add(seed))
            {
                malformed.Add((_own.Stored + 1, PageRow.AsStored(new PageRecord { Url = seed, Outcome = PageOutcome.Error, Error = $"not a URL that can be crawled: {reason}" })));
                Count(_own, malformed[^1].Record);
                _own.Stored++;
                _behind.Add(_own);
            }
        }

        await _table!.AddSeedsAsync(links, malformed);
    }

    /// <summary>Enters the crawl in the store; the seeds of one that was never started go.</summary>
    private async Task<bool> CreateAsync()
    {
        if (!await _table!.CreateAsync(CancellationToken.None)) return false;
        _nextSeed = 1;
        return true;
    }

    private async Task<ImmutableArray<string>> ScopeSeedsAsync(CrawlSpecification specification)
    {
        if (specification is { MaxDepth: 0 } or { Scope: ScopeKind.Any }) return [];
        if (specification.Scope != ScopeKind.Prefix) return [.. _seedOrigins.Select(static origin => origin + "/")];
        HashSet<string> urls = new(StringComparer.Ordinal);
        for (long after = 0; await _table!.ReadSeedsAsync(after, SeedPage) is { Count: > 0 } seeds; after = seeds[^1].Number)
            urls.UnionWith(seeds.Select(static seed => seed.Href));
        return [.. urls];
    }

    /// <summary>Hands out the seeds that their origins do not have yet, and wakes origins that have something to do.</summary>
    private async Task SeedAsync()
    {
        try
        {
            await WakeAsync(await _table!.FindUnfinishedAsync(CancellationToken.None));
            // Of a limit that was reached meanwhile the origins leave a record for each seed.
            for (long after = 0; _stop < CrawlStop.Paused && await _table.ReadSeedsAsync(after, SeedPage) is { Count: > 0 } seeds; after = seeds[^1].Number)
            {
                await Parallel.ForEachAsync(
                    seeds.GroupBy(static seed => seed.Target),
                    new ParallelOptions { MaxDegreeOfParallelism = SeedCallsAtATime, TaskScheduler = TaskScheduler.Current },
                    async (ofOrigin, _) =>
                    {
                        var batch = new LinkBatch([new LinkGroup(null, 0, [.. ofOrigin.Select(static seed => seed.Href)])]);
                        await RepeatAsync(() => OriginOf(ofOrigin.Key).Grain.AddLinksAsync(batch));
                        await RepeatAsync(() => _table.DeleteSeedsAsync(ofOrigin.Key, ofOrigin.Max(static seed => seed.Number)));
                    });
            }

            _isSeeding = false;
            EndIfDone();
        }
        catch (Exception exception)
        {
            if (!_isSuperseded) Fail($"the seeds could not be handed out: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>Lets origins belong to this activation; those of an earlier one begin again.</summary>
    private Task WakeAsync(IEnumerable<string> origins) => Parallel.ForEachAsync(
        origins,
        new ParallelOptions { MaxDegreeOfParallelism = SeedCallsAtATime, TaskScheduler = TaskScheduler.Current },
        async (name, _) => await RepeatAsync(() => OriginOf(name).Grain.WakeAsync(_epoch)));

    private async Task<PrivateNetworks> PermittedAsync(CrawlSpecification specification)
    {
        if (specification.AllowPrivate) return PrivateNetworks.All;
        var hosts = _seedOrigins.Select(static origin => CrawlUrl.Parse(origin + "/")).DistinctBy(static url => url.Host).ToArray();
        var permitted = PrivateNetworks.None;
        using var limit = new CancellationTokenSource(Slice / 2, time);
        try
        {
            await Parallel.ForEachAsync(
                hosts,
                new ParallelOptions { MaxDegreeOfParallelism = SeedCallsAtATime, TaskScheduler = TaskScheduler.Current, CancellationToken = limit.Token },
                async (url, token) => permitted |= await AddressRules.OfHostAsync(url, token));
        }
        catch (OperationCanceledException)
        {
            // A name service that slow permits nothing: a fetch says so, and what to do.
        }

        return permitted;
    }
}
