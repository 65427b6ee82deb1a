using System.Collections.Concurrent;
using System.Net;

namespace OrleansAsync.Crawling;

/// <summary>
/// One connection pool for each set of permitted private ranges: a connection opened for a crawl that may reach 10.0.0.1 must never serve one that may not.
/// </summary>
internal sealed class ConnectionPools(TimeProvider timeProvider, IWebProxy proxy) : IDisposable
{
    public const int MaxHeaderKilobytes = 64;

    private readonly ConcurrentDictionary<PrivateNetworks, Lazy<HttpMessageInvoker>> _pools = new();
    private readonly EnvironmentProxy _proxy = new(proxy);

    public HttpMessageInvoker For(PrivateNetworks permitted) =>
        _pools.GetOrAdd(permitted, static (key, self) => new(() => self.Create(key)), this).Value;

    public void Dispose()
    {
        foreach (var pool in _pools.Values)
            if (pool.IsValueCreated)
                pool.Value.Dispose();
    }

    private HttpMessageInvoker Create(PrivateNetworks permitted)
    {
        var connector = new GuardedConnector(permitted, _proxy, timeProvider);
        return new(new SocketsHttpHandler
        {
            // Trace headers would tell strangers' servers about our insides.
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = (context, cancellationToken) => connector.ConnectAsync(context.DnsEndPoint, cancellationToken),
            ConnectTimeout = TimeSpan.FromSeconds(60),
            EnableMultipleHttp2Connections = true,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            PooledConnectionLifetime = TimeSpan.FromMinutes(3),
            Proxy = _proxy,
            UseCookies = false,
            UseProxy = true,
        });
    }
}
