namespace OrleansAsync.Crawling;

/// <summary>How far from its seeds a crawl goes.</summary>
internal enum ScopeKind
{
    /// <summary>URLs with scheme, host and port of a seed.</summary>
    Host,

    /// <summary>URLs on a seed's host or a subdomain of it, with any scheme and port; a leading <c>www.</c> of the seed does not count.</summary>
    Domain,

    /// <summary>URLs in the directory of a seed or below.</summary>
    Prefix,

    /// <summary>All http and https URLs.</summary>
    Any,
}
