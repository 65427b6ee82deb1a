using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

/// <summary>A crawl's setup, made ready for use; one per silo and crawl.</summary>
internal sealed class CrawlContext
{
    private readonly bool _scopeGoesByOrigin;

    public CrawlContext(CrawlSetup setup)
    {
        (Setup, Specification) = (setup.Id, setup.Specification);
        Permitted = setup.Permitted;
        Headers = [.. Specification.Headers.Select(static h => KeyValuePair.Create(h.Name, h.Value))];
        RobotsAgent = RobotsRules.ProductToken(Specification.UserAgent);
        Scope = CrawlScope.TryCreate(Specification.Scope, setup.ScopeSeeds.Select(CrawlUrl.Parse), Specification.Include, Specification.Exclude, out var scope, out var reason)
            ? scope
            : throw new ArgumentException(reason, nameof(setup));
        _scopeGoesByOrigin = Specification is { Scope: not ScopeKind.Prefix, Include.IsEmpty: true, Exclude.IsEmpty: true };
    }

    /// <summary>Which setup it was made of.</summary>
    public Guid Setup { get; }

    public CrawlSpecification Specification { get; }

    public PrivateNetworks Permitted { get; }

    public ImmutableArray<KeyValuePair<string, string>> Headers { get; }

    /// <summary>The name looked for in robots.txt.</summary>
    public string RobotsAgent { get; }

    public CrawlScope Scope { get; }

    /// <summary>The indexes of a page's links that are in scope.</summary>
    public ImmutableArray<int> InScope(CrawlUrl page, ImmutableArray<string> links)
    {
        if (Specification.MaxDepth == 0 || links.IsEmpty) return [];
        var result = ImmutableArray.CreateBuilder<int>(links.Length);
        // Most links of a page stay on its origin: where scope goes by origin, one answer serves them all and none needs parsing.
        var own = page.Origin;
        var ownIsInScope = _scopeGoesByOrigin && Scope.Contains(page);
        for (var i = 0; i < links.Length; i++)
        {
            var inScope = _scopeGoesByOrigin && Origins.Contains(own, links[i]) ? ownIsInScope : CrawlUrl.TryParse(links[i], out var url, out _) && Scope.Contains(url);
            if (inScope) result.Add(i);
        }

        return result.DrainToImmutable();
    }
}
