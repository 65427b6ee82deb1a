using System.Net;
using System.Net.Sockets;

namespace OrleansAsync.Crawling;

/// <summary>
/// Opens the connections of one pool and refuses private addresses outside the permitted ranges. It judges the very address it connects to, so a name
/// that resolves differently from one look-up to the next gains nothing.
/// </summary>
internal sealed class GuardedConnector(
    PrivateNetworks permitted, EnvironmentProxy proxy, TimeProvider timeProvider, Func<string, CancellationToken, Task<IPAddress[]>>? lookUp = null)
{
    /// <summary>How long one address may take while others are left to try.</summary>
    private static readonly TimeSpan NextAddressAfter = TimeSpan.FromSeconds(3);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _lookUp = lookUp ?? Dns.GetHostAddressesAsync;

    public async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var (host, port) = (endPoint.Host, endPoint.Port);
        var addresses = await ResolveAsync(host, cancellationToken);
        // The environment's proxy usually has a private address and was not chosen by any page.
        if (!proxy.IsProxy(host, port)) addresses = Admit(addresses);

        for (var index = 0; ; index++)
        {
            var isLast = index == addresses.Length - 1;
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[index], port), isLast, cancellationToken);
            }
            catch (Exception exception) when (!isLast && !cancellationToken.IsCancellationRequested && exception is SocketException or OperationCanceledException)
            {
                // The next one may answer.
            }
        }
    }

    private IPAddress[] Admit(IPAddress[] addresses)
    {
        var admitted = Array.FindAll(addresses, address => AddressRules.Permits(permitted, address));
        return admitted.Length > 0 ? admitted : throw Refused(addresses[0]);
    }

    public static FetchException Refused(IPAddress address) =>
        new($"address {address} is private (use --allow-private)", transient: false);

    private async ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (AddressRules.TryLiteral(host, out var literal)) return [literal];
        try
        {
            var addresses = await _lookUp(host, cancellationToken);
            return addresses.Length > 0 ? addresses : throw new FetchException($"host not found: {host}", transient: false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TryAgain)
        {
            throw new FetchException($"host not found: {host} (the name service did not answer)", transient: true);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new FetchException($"host not found: {host}", transient: false);
        }
    }

    private async Task<Stream> ConnectAsync(IPEndPoint endPoint, bool isLast, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = new CancellationTokenSource(isLast ? Timeout.InfiniteTimeSpan : NextAddressAfter, timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await socket.ConnectAsync(endPoint, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
