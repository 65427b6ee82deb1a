namespace OrleansAsync.Crawling;

/// <summary>
/// The address ranges that are not the public internet. A crawl names those it may connect to; the others are refused, so that no public page can
/// send the crawler into the network it runs in.
/// </summary>
[Flags]
[GenerateSerializer, Alias(FetchingAliases.PrivateNetworks)]
public enum PrivateNetworks
{
    /// <summary>Public addresses only.</summary>
    None = 0,

    /// <summary>127.0.0.0/8 and ::1.</summary>
    Loopback = 1,

    /// <summary>0.0.0.0/8 and ::, which many systems treat as the machine itself.</summary>
    Unspecified = 2,

    /// <summary>10.0.0.0/8.</summary>
    Private10 = 4,

    /// <summary>172.16.0.0/12.</summary>
    Private172 = 8,

    /// <summary>192.168.0.0/16.</summary>
    Private192 = 16,

    /// <summary>169.254.0.0/16 and fe80::/10; the metadata services of clouds live here.</summary>
    LinkLocal = 32,

    /// <summary>fc00::/7 and the older fec0::/10.</summary>
    UniqueLocal = 64,

    /// <summary>100.64.0.0/10, the inner side of a provider's address translation.</summary>
    CarrierNat = 128,

    /// <summary>224.0.0.0/4 and ff00::/8.</summary>
    Multicast = 256,

    /// <summary>Ranges set aside for protocols, documentation, benchmarks and the future, such as 192.0.2.0/24, 198.18.0.0/15 and 240.0.0.0/4.</summary>
    Reserved = 512,

    /// <summary>Every address (<c>--allow-private</c>).</summary>
    All = 1023,
}
