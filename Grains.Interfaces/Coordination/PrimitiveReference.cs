using OrleansAsync.Coordination.Protocol;
using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>What of a handle travels: which primitive of the cluster it is for.</summary>
/// <param name="Key">The primitive.</param>
/// <param name="Settings">What it is made with.</param>
[GenerateSerializer, Immutable, Alias(CoordinationAliases.PrimitiveReference)]
internal sealed record PrimitiveReference([property: Id(0)] string Key, [property: Id(1)] PrimitiveSettings Settings)
{
    /// <summary>The name for people; null for an unnamed one.</summary>
    public string? Name => PrimitiveKey.IsNamed(Key) ? PrimitiveKey.ParseName(Key) : null;

    /// <summary>That of all who use the name.</summary>
    public static PrimitiveReference Named(string name, PrimitiveSettings settings) => new(PrimitiveKey.Format(settings.Kind, name), settings);

    /// <summary>A new one, which goes with the task or client that makes it.</summary>
    public static PrimitiveReference New(IClusterLoop loop, PrimitiveSettings settings)
    {
        var key = PrimitiveKey.New(settings.Kind);
        ClusterPrimitives.Own(loop, key, settings, Grain);
        return new(key, settings);
    }

    /// <summary>The handle's verbs, for whoever calls now: a handle that came in a message is that of the coroutine which uses it.</summary>
    /// <param name="madeOn">The loop that the handle was made on, if that was in this process.</param>
    public PrimitiveHandle Bind(IClusterLoop? madeOn)
    {
        var primitive = ClusterPrimitives.Find(madeOn, Key, Settings, Grain);
        return new(ClusterLoop.Current ?? madeOn!, primitive, Settings.Kind, Name);
    }

    public override string ToString() => PrimitiveHandle.Describe(Settings.Kind, Name);

    private static ICoordinationGrain Grain(IGrainFactory grains, string key) => grains.GetGrain<ICoordinationGrain>(key);
}
