namespace OrleansAsync.Crawling;

/// <summary>Reads title and links of an HTML page from its bytes: one pass over the tokens, no tree.</summary>
internal static class LinkExtractor
{
    /// <summary>Extracts what a crawl needs.</summary>
    /// <remarks>Takes time in proportion to the body and memory in proportion to its distinct links, whatever the body holds.</remarks>
    /// <param name="body">The decompressed body.</param>
    /// <param name="contentTypeCharset">The charset the Content-Type header names, or null.</param>
    /// <param name="documentUrl">The URL the body came from, after redirects.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static PageContent Extract(
        ReadOnlyMemory<byte> body, string? contentTypeCharset, CrawlUrl documentUrl, CancellationToken cancellationToken)
    {
        var charset = CharsetSniffer.Detect(body.Span, contentTypeCharset);
        var scanner = new PageScanner();
        scanner.Scan(body, charset.Encoding, cancellationToken);

        // The base is known only now: the first base element counts for links before it too.
        var baseUrl = scanner.BaseHref is { Length: <= LinkCollector.MaxLength } href && documentUrl.TryResolve(href, out var resolved) ? resolved : documentUrl;
        var (links, noFollowLinks, isCut) = scanner.Links.Resolve(baseUrl, charset.QueryEncoding);
        return new PageContent(scanner.Title, charset.Name, links, noFollowLinks, scanner.NoFollow, isCut);
    }
}
