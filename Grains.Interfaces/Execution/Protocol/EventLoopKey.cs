namespace OrleansAsync.Execution.Protocol;

/// <summary>Builds and parses the keys of event loops: <c>silo/index</c>.</summary>
internal static class EventLoopKey
{
    public static string Format(SiloAddress silo, int index) => $"{silo.ToParsableString()}/{index}";

    public static SiloAddress ParseSilo(string key) => SiloAddress.FromParsableString(key[..key.LastIndexOf('/')]);
}
