namespace OrleansAsync.Crawling;

/// <summary>Which links of a page a crawl follows.</summary>
[GenerateSerializer, Alias(CrawlingAliases.ScopeKind)]
public enum ScopeKind
{
    /// <summary>Links to the scheme, host and port of a seed.</summary>
    Host = 0,

    /// <summary>Links to the host of a seed (without a leading <c>www.</c>) and to its subdomains, on any scheme and port.</summary>
    Domain = 1,

    /// <summary>Links into the folder of a seed.</summary>
    Prefix = 2,

    /// <summary>Every http and https link.</summary>
    Any = 3,
}
