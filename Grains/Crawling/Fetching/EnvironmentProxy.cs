using System.Net;

namespace OrleansAsync.Crawling;

/// <summary>The proxy the environment names (<c>https_proxy</c> and so on), except for this machine's own addresses, which no proxy could reach.</summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly IWebProxy _inner;
    private readonly HashSet<(string Host, int Port)> _proxies = [];

    public EnvironmentProxy(IWebProxy inner)
    {
        _inner = inner;
        foreach (var sample in (Uri[])[new("http://host.invalid/"), new("https://host.invalid/")])
            if (!inner.IsBypassed(sample) && inner.GetProxy(sample) is { } uri)
                _proxies.Add((uri.IdnHost, uri.Port));
    }

    public ICredentials? Credentials
    {
        get => _inner.Credentials;
        set => _inner.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => _inner.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || _inner.IsBypassed(host);

    public bool IsProxy(string host, int port) => _proxies.Count > 0 && _proxies.Contains((host, port));
}
