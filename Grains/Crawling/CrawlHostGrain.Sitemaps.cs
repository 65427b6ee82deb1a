namespace OrleansAsync.Crawling;

/// <summary>
/// Reads the sitemaps of an origin that has seeds. They go through the frontier as pages do, so politeness, retries and redirects are the same, and a sitemap is
/// done in the unit that stores what it names.
/// </summary>
internal sealed partial class CrawlHostGrain
{
    private const string UsualPlace = "/sitemap.xml";

    /// <summary>URLs of this origin were given: once its robots.txt is known, its sitemaps are read.</summary>
    private void SearchSitemaps() => EnterSitemap(_key.Origin + UsualPlace, Sitemap.SearchLevel, null);

    /// <summary>Takes the sitemaps that robots.txt names, else looks in the usual place.</summary>
    private void FindSitemaps(FrontierEntry search, RobotsGate gate)
    {
        _frontier.Take();
        var usual = CrawlUrl.Parse(search.Href);
        var isAnyNamed = false;
        foreach (var name in gate.Sitemaps)
        {
            if (!usual.TryResolve(name, out var url)) continue;
            isAnyNamed = true;
            EnterSitemap(url.Href, Sitemap.NamedLevel, _key.Origin + "/robots.txt");
        }

        if (!isAnyNamed) EnterSitemap(search.Href, Sitemap.GuessedLevel, null);
        _changes.End(search);
        _frontier.Complete(search);
    }

    /// <summary>Enters a sitemap, unless it is known.</summary>
    /// <returns>False if there are too many.</returns>
    private bool EnterSitemap(string href, int level, string? referrer)
    {
        // The same URL may be a page too.
        var url = UrlHash.Of(level == Sitemap.SearchLevel ? $"sitemaps of {href}" : $"sitemap {href}");
        if (_seen.TryGet(url, out _)) return true;
        if (!_traps.TryEnterSitemap(out var mark)) return false;
        _seen.Set(url, 0);
        FrontierEntry entry = new(href, url, ++_lastNumber, 0, referrer) { Sitemap = level, Mark = mark };
        _entering.Add(url, entry);
        _changes.Enter(entry);
        return true;
    }

    /// <summary>A sitemap of another origin takes robots.txt, slot and delay there, as a redirect does.</summary>
    private bool TryLeave(FrontierEntry sitemap)
    {
        if (Origins.Of(sitemap.Href) == _key.Origin) return false;
        _frontier.Take();
        sitemap.Attempts++;
        // The hosts are being gone through: another one is added after that.
        Run(() => LeaveAsync(sitemap));
        return true;
    }

    private Task LeaveAsync(FrontierEntry sitemap)
    {
        if (_stop > CrawlStop.PageLimit) Drop(sitemap);
        else HostOf(CrawlUrl.Parse(sitemap.Href)).Hops.Enqueue(new PageVisit(sitemap));
        Advance();
        return Task.CompletedTask;
    }

    private void FinishSitemap(PageVisit visit, int level, PageFetch answer)
    {
        var sitemap = visit.Entry;
        if (_stop is CrawlStop.None or CrawlStop.Paused)
        {
            foreach (var index in answer.Follow) HandOn(answer.Links[index], 0, sitemap.Href);
            if (level == Sitemap.MaxLevel && !answer.Sitemaps.IsEmpty) answer = Failed(answer, $"indexes name indexes more than {Sitemap.MaxLevel} deep");
            else if (!answer.Sitemaps.All(name => EnterSitemap(name, level + 1, sitemap.Href))) answer = Failed(answer, $"more than {TrapGuard.MaxSitemaps} sitemaps of one site");
        }

        // What nobody named need not be there.
        if (answer.Outcome != PageOutcome.Success && level != Sitemap.GuessedLevel)
        {
            // People name pages with links, too.
            if (answer is { Status: >= 200 and < 300, ContentType: "text/html" } && _context.Scope.Contains(CrawlUrl.Parse(sitemap.Href))) HandOn(sitemap.Href, 0, sitemap.Referrer!);
            else EnterKnown(RecordOf(visit, answer with { Links = [], Error = $"sitemap: {answer.Error}" }));
        }

        _changes.End(sitemap);
        _frontier.Complete(sitemap);
    }

    private static PageFetch Failed(PageFetch answer, string error) => answer.Error is null ? answer with { Outcome = PageOutcome.Error, Error = error } : answer;

    /// <summary>Enters a URL of which it is known what became of it, unless it is a page of the crawl and has a record of its own.</summary>
    private void EnterKnown(PageRecord record)
    {
        var url = UrlHash.Of(record.Url);
        if (_seen.TryGet(url, out _) || _frontier.Find(url) is not null || _entering.ContainsKey(url)) return;
        _seen.Set(url, 0);
        FrontierEntry entry = new(record.Url, url, ++_lastNumber, 0, record.Referrer) { Known = record };
        _entering.Add(url, entry);
        _changes.Enter(entry);
    }
}
