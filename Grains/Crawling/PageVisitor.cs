using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>Makes one request of a crawl, within the crawl's limits, and finds the links to follow.</summary>
internal sealed class PageVisitor(PageFetcher fetcher, CrawlContexts contexts, CrawlStore crawls, ILocalSiloDetails silo, TimeProvider time)
{
    private static readonly HopRefusal LeftToOrigin = new(PageOutcome.Skipped, "left to the origin's grain");

    public async Task<PageFetch> VisitAsync(FetchPage page, CancellationToken cancellationToken)
    {
        var context = await contexts.GetAsync(page.CrawlId, page.Setup);
        var specification = context.Specification;
        var url = CrawlUrl.Parse(page.Url);
        var before = specification.Refresh && !page.IsSitemap ? await PageBefore.FindAsync(crawls.Get(), page.CrawlId, page.Url, cancellationToken) : null;
        CrawlUrl? redirectsTo = null;
        var begun = time.GetUtcNow();
        var fetched = await fetcher.FetchAsync(
            new FetchRequest
            {
                Url = url,
                UserAgent = specification.UserAgent,
                Timeout = specification.Timeout,
                MaxBodyBytes = page.IsSitemap ? SitemapReader.MaxBytes : specification.MaxBodyBytes,
                Parse = !page.IsSitemap,
                IsSitemap = page.IsSitemap,
                Headers = context.HeadersFor(url.Origin, isHome: page.RedirectedFrom is not { } from || Origins.Of(from) == url.Origin),
                Cookies = page.Cookies,
                IfNoneMatch = before?.Etag,
                IfModifiedSince = before?.LastModified,
                Permitted = context.Permitted,
                // The target has a host with a robots.txt, slots and a delay of its own: the origin's grain asks for them and goes on from there,
                // so that a request never waits for one host's slot while it holds another's.
                AdmitHop = (target, _) =>
                {
                    redirectsTo = target;
                    return ValueTask.FromResult<HopRefusal?>(LeftToOrigin);
                },
            },
            cancellationToken);
        // Whether its links may be followed, only the whole page tells: such a one is always fetched whole.
        var canReturn = fetched is { Outcome: PageOutcome.Success, NoFollow: false };
        var answer = new PageFetch
        {
            FinalUrl = fetched.FinalUrl.Href,
            Outcome = fetched.Outcome,
            Status = fetched.Status,
            Error = fetched.Error,
            RedirectsTo = redirectsTo?.Href,
            ContentType = fetched.ContentType,
            Charset = fetched.Charset,
            Bytes = fetched.Bytes,
            Sha256 = fetched.Sha256,
            Title = fetched.Title,
            Links = fetched.Links,
            Follow = fetched.NoFollow ? [] : context.InScope(fetched.FinalUrl, fetched.Links),
            RetryAfter = fetched.RetryAfter,
            Transient = fetched.Transient,
            FetchedAt = begun,
            Elapsed = fetched.Elapsed,
            Silo = silo.Name,
            Etag = canReturn ? fetched.Etag : null,
            LastModified = canReturn ? fetched.LastModified : null,
            SetCookies = specification.KeepCookies ? fetched.SetCookies : [],
        };
        if (before is not null && fetched is { Status: 304, Outcome: PageOutcome.Success })
            return before.Unchanged(answer) with { Follow = fetched.NoFollow ? [] : context.InScope(url, before.Links) };
        return fetched.Sitemap is { } sitemap ? WithSitemap(answer, sitemap, context.Scope) : answer;
    }

    private static PageFetch WithSitemap(PageFetch answer, Sitemap sitemap, CrawlScope scope)
    {
        ImmutableArray<string> pages = [.. sitemap.Pages.Where(scope.Contains).Select(static page => page.Href)];
        answer = answer with { Links = pages, Follow = [.. Enumerable.Range(0, pages.Length)], Sitemaps = [.. sitemap.Sitemaps.Select(static index => index.Href)] };
        return sitemap.Error is null || answer.Error is not null ? answer : answer with { Outcome = PageOutcome.Error, Error = sitemap.Error };
    }
}
