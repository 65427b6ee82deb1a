namespace OrleansAsync.Crawling;

/// <summary>Makes one request of a crawl, within the crawl's limits, and finds the links to follow.</summary>
internal sealed class PageVisitor(PageFetcher fetcher, CrawlContexts contexts, ILocalSiloDetails silo, TimeProvider time)
{
    private static readonly HopRefusal LeftToOrigin = new(PageOutcome.Skipped, "left to the origin's grain");

    public async Task<PageFetch> VisitAsync(FetchPage page, CancellationToken cancellationToken)
    {
        var context = await contexts.GetAsync(page.CrawlId, page.Setup);
        var specification = context.Specification;
        var url = CrawlUrl.Parse(page.Url);
        CrawlUrl? redirectsTo = null;
        var begun = time.GetUtcNow();
        var fetched = await fetcher.FetchAsync(
            new FetchRequest
            {
                Url = url,
                UserAgent = specification.UserAgent,
                Timeout = specification.Timeout,
                MaxBodyBytes = specification.MaxBodyBytes,
                Headers = page.RedirectedFrom is { } from && Origins.Of(from) != url.Origin ? [] : context.Headers,
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
        return new PageFetch
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
        };
    }
}
