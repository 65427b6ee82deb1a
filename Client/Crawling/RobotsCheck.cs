using System.Collections.Immutable;
using OrleansAsync.Hosting;

namespace OrleansAsync.Crawling;

/// <summary>Says for <c>oa robots</c> what a robots.txt allows a robot.</summary>
/// <param name="fetcher">Fetches the file, if it is given by its URL.</param>
/// <param name="say">Tells the user of an answer that holds no rules.</param>
internal sealed class RobotsCheck(PageFetcher fetcher, Action<string> say)
{
    /// <summary>Checks URLs.</summary>
    /// <param name="source">The file, or its URL.</param>
    /// <param name="agent">The robot's name, or its whole <c>User-Agent</c>.</param>
    /// <param name="urls">The URLs; of each path and query count.</param>
    /// <param name="cancellationToken">Stops the fetching.</param>
    /// <exception cref="ProgramException">The file cannot be had, or a URL is none.</exception>
    public async Task<ImmutableArray<RobotsLine>> RunAsync(string source, string agent, IReadOnlyList<string> urls, CancellationToken cancellationToken)
    {
        // What the user can have got wrong comes first.
        var targets = urls.Select(TargetOf).ToArray();
        var rules = await ReadAsync(source, cancellationToken);
        // A name that is given as such is taken as such.
        var token = agent.Contains('/', StringComparison.Ordinal) ? RobotsRules.ProductToken(agent) : agent;
        return [.. targets.Zip(urls, (target, url) => LineOf(url, rules.Check(token, target)))];
    }

    private static RobotsLine LineOf(string url, RobotsVerdict verdict) => new(url, verdict.Allowed, verdict.Rule, verdict.Line);

    private static string TargetOf(string url)
    {
        if (url.StartsWith('/')) url = "http://host.invalid" + url;
        return CrawlUrl.TryParse(url, out var parsed, out var reason) ? parsed.PathAndQuery : throw ProgramException.Input($"'{url}' cannot be checked: {reason}");
    }

    private async Task<RobotsRules> ReadAsync(string source, CancellationToken cancellationToken)
    {
        if (source.StartsWith("http:", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https:", StringComparison.OrdinalIgnoreCase)) return await FetchAsync(source, cancellationToken);
        try
        {
            return RobotsRules.Parse(await File.ReadAllBytesAsync(source, cancellationToken));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var reason = exception is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : exception.Message.TrimEnd('.');
            throw ProgramException.Input($"cannot read '{source}': {reason}; give a file, or a URL with http:// or https://", exception);
        }
    }

    private async Task<RobotsRules> FetchAsync(string source, CancellationToken cancellationToken)
    {
        if (!CrawlUrl.TryParse(source, out var url, out var reason)) throw ProgramException.Input($"'{source}' cannot be fetched: {reason}");
        // Of a site that is named without a path its robots.txt is meant, never its front page.
        if (url.PathAndQuery == "/") url = CrawlUrl.Parse(url.Href + "robots.txt");
        // As with a crawl's seeds: whoever names a private address permits its network, and redirects lead into no other.
        var permitted = await AddressRules.OfHostAsync(url, cancellationToken);
        var page = await fetcher.FetchAsync(RobotsFile.Request(url, CrawlSpecification.DefaultUserAgent, new CrawlSpecification().Timeout, permitted), cancellationToken);
        switch (RobotsFile.Read(page))
        {
            case RobotsKind.Rules:
                return RobotsRules.Parse(page.Body.Span);
            case RobotsKind.AllowAll:
                say($"{url}: {page.Error}: there is no robots.txt, so everything is allowed");
                return RobotsRules.AllowAll;
            case RobotsKind.DisallowAll:
                say($"{url}: {page.Error}: while robots.txt cannot be had, nothing is allowed");
                return RobotsRules.DisallowAll;
            default:
                throw ProgramException.Failure($"cannot fetch {url}: {page.Error}");
        }
    }
}
