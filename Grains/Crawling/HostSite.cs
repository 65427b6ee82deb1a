using System.Net;
using System.Net.Sockets;

namespace OrleansAsync.Crawling;

/// <summary>Where a host is.</summary>
/// <param name="IsPrivate">One of its addresses is not of the public internet.</param>
/// <param name="Address">The key of the address whose slots the host shares with others; null for a host that is an address itself, or has none.</param>
internal sealed record HostSite(bool IsPrivate, string? Address)
{
    /// <summary>Looks a host up. A name that does not resolve is taken for a public host.</summary>
    /// <param name="host">The host as canonical URLs spell it.</param>
    /// <param name="lookUp">Resolves names.</param>
    public static async Task<HostSite> FindAsync(string host, Func<string, Task<IPAddress[]>> lookUp)
    {
        if (AddressRules.TryLiteral(host, out var literal)) return Of([literal]) with { Address = null };
        try
        {
            return Of(await lookUp(host));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return Of([]);
        }
    }

    // Of several addresses, which come in any order, one stands for all: names with the same ones share it.
    private static HostSite Of(IPAddress[] addresses)
    {
        var keys = addresses.Select(static address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
            .OrderBy(static address => address.AddressFamily == AddressFamily.InterNetworkV6)
            .ThenBy(static address => Convert.ToHexString(address.GetAddressBytes()), StringComparer.Ordinal)
            .Select(Key);
        return new(addresses.Any(static address => AddressRules.Classify(address) != PrivateNetworks.None), keys.FirstOrDefault());
    }

    private static string Key(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6
        ? HostKey.Create(CrawlUrl.Parse($"http://[{new IPAddress(address.GetAddressBytes())}]/").Host)
        : HostKey.Create(address.ToString());
}
