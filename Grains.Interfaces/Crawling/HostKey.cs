namespace OrleansAsync.Crawling;

/// <summary>The key of an <see cref="IHostGrain"/>: a host, or the address of one, as canonical URLs spell it, whatever scheme and port.</summary>
public static class HostKey
{
    /// <summary>Makes the key of a host.</summary>
    /// <param name="host">Lower case, punycode, canonical IPv4, or IPv6 in brackets.</param>
    public static string Create(string host)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        return host;
    }
}
