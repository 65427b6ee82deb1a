namespace OrleansAsync.Execution.Protocol;

/// <summary>Builds and parses the keys of event loops: <c>silo/index</c>.</summary>
internal static class EventLoopKey
{
    public static string Format(SiloAddress silo, int index) => $"{silo.ToParsableString()}/{index}";

    /// <summary>The address of a loop's silo as people know it, without its generation.</summary>
    public static string Endpoint(string key) => key.IndexOf('@', StringComparison.Ordinal) is var at and > 0 ? key[..at] : key[..key.LastIndexOf('/')];

    public static SiloAddress ParseSilo(string key) => SiloAddress.FromParsableString(key[..key.LastIndexOf('/')]);
}
