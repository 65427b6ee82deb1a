using System.Net;
using System.Net.Sockets;

namespace OrleansAsync.Crawling;

/// <summary>Which addresses are not public. IPv4 addresses in IPv6 clothing count as what they carry.</summary>
internal static class AddressRules
{
    private static readonly (IPNetwork Network, PrivateNetworks Kind)[] V4 =
    [
        (IPNetwork.Parse("127.0.0.0/8"), PrivateNetworks.Loopback),
        (IPNetwork.Parse("0.0.0.0/8"), PrivateNetworks.Unspecified),
        (IPNetwork.Parse("10.0.0.0/8"), PrivateNetworks.Private10),
        (IPNetwork.Parse("172.16.0.0/12"), PrivateNetworks.Private172),
        (IPNetwork.Parse("192.168.0.0/16"), PrivateNetworks.Private192),
        (IPNetwork.Parse("169.254.0.0/16"), PrivateNetworks.LinkLocal),
        (IPNetwork.Parse("100.64.0.0/10"), PrivateNetworks.CarrierNat),
        (IPNetwork.Parse("224.0.0.0/4"), PrivateNetworks.Multicast),
        (IPNetwork.Parse("240.0.0.0/4"), PrivateNetworks.Reserved),
        (IPNetwork.Parse("192.0.0.0/24"), PrivateNetworks.Reserved),
        (IPNetwork.Parse("192.0.2.0/24"), PrivateNetworks.Reserved),
        (IPNetwork.Parse("192.88.99.0/24"), PrivateNetworks.Reserved),
        (IPNetwork.Parse("198.18.0.0/15"), PrivateNetworks.Reserved),
        (IPNetwork.Parse("198.51.100.0/24"), PrivateNetworks.Reserved),
        (IPNetwork.Parse("203.0.113.0/24"), PrivateNetworks.Reserved),
    ];

    private static readonly (IPNetwork Network, PrivateNetworks Kind)[] V6 =
    [
        (IPNetwork.Parse("::1/128"), PrivateNetworks.Loopback),
        (IPNetwork.Parse("::/128"), PrivateNetworks.Unspecified),
        (IPNetwork.Parse("fc00::/7"), PrivateNetworks.UniqueLocal),
        (IPNetwork.Parse("fec0::/10"), PrivateNetworks.UniqueLocal),
        (IPNetwork.Parse("fe80::/10"), PrivateNetworks.LinkLocal),
        (IPNetwork.Parse("ff00::/8"), PrivateNetworks.Multicast),
        (IPNetwork.Parse("64:ff9b:1::/48"), PrivateNetworks.Reserved),
        (IPNetwork.Parse("100::/64"), PrivateNetworks.Reserved),
        (IPNetwork.Parse("2001::/23"), PrivateNetworks.Reserved),
        (IPNetwork.Parse("2001:db8::/32"), PrivateNetworks.Reserved),
        (IPNetwork.Parse("3fff::/20"), PrivateNetworks.Reserved),
        (IPNetwork.Parse("5f00::/16"), PrivateNetworks.Reserved),
    ];

    // A translator or tunnel on the way unwraps these and connects to the IPv4 address at the given byte.
    private static readonly (IPNetwork Network, int Offset)[] Carriers =
    [
        (IPNetwork.Parse("::ffff:0:0:0/96"), 12),
        (IPNetwork.Parse("64:ff9b::/96"), 12),
        (IPNetwork.Parse("2002::/16"), 2),
        (IPNetwork.Parse("::/96"), 12),
    ];

    public static PrivateNetworks Classify(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork) return Find(V4, address);
        if (Find(V6, address) is var kind and not PrivateNetworks.None) return kind;
        foreach (var (network, offset) in Carriers)
            if (network.Contains(address))
                return Find(V4, new IPAddress(address.GetAddressBytes().AsSpan(offset, 4)));
        return PrivateNetworks.None;
    }

    public static bool Permits(PrivateNetworks permitted, IPAddress address) => (Classify(address) & ~permitted) == 0;

    /// <summary>The ranges a URL's host stands in; a seed that is itself private permits its own. A name that does not resolve stands in none.</summary>
    public static async Task<PrivateNetworks> OfHostAsync(CrawlUrl url, CancellationToken cancellationToken)
    {
        if (TryLiteral(url.Host, out var literal)) return Classify(literal);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(url.Host, cancellationToken);
            return addresses.Aggregate(PrivateNetworks.None, (kinds, address) => kinds | Classify(address));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return PrivateNetworks.None;
        }
    }

    public static bool TryLiteral(string host, out IPAddress address) => IPAddress.TryParse(host, out address!);

    private static PrivateNetworks Find((IPNetwork Network, PrivateNetworks Kind)[] table, IPAddress address)
    {
        foreach (var (network, kind) in table)
            if (network.Contains(address))
                return kind;
        return PrivateNetworks.None;
    }
}
