using System.Collections.Concurrent;
using OrleansAsync.Coordination.Protocol;
using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>The primitives that a process, or an event loop, uses: one session with each.</summary>
internal sealed class ClusterPrimitives : IOwnerPart
{
    private readonly ConcurrentDictionary<string, ClusterPrimitive> _open = [];
    private readonly TaskOwner _owner;
    private long _lastSession;

    private ClusterPrimitives(TaskOwner owner) => _owner = owner;

    /// <summary>Finds the way to a primitive, for the running task or whoever has the loop.</summary>
    /// <param name="loop">The loop of the handle; null for one that came as an argument.</param>
    /// <param name="key">The primitive.</param>
    /// <param name="settings">What it is.</param>
    /// <param name="grain">The grain behind it.</param>
    /// <exception cref="InvalidOperationException">The name means something else in this process; or the handle is used outside of any loop.</exception>
    public static Primitive Find(IClusterLoop? loop, string key, PrimitiveSettings settings, Func<IGrainFactory, string, IPrimitiveGrain> grain)
    {
        var current = ClusterLoop.Current ?? (loop is null ? throw new InvalidOperationException(
            $"{settings.Describe()} that came as an argument can be used by running coroutines only; make one with the loop here.") : ClusterLoop.From(loop));
        return current.Tasks.GetPart(static owner => new ClusterPrimitives(owner)).Find(key, settings, grain);
    }

    /// <summary>Lets an unnamed primitive go with the run it was made in: with the task, or the client, that made it.</summary>
    public static void Own(IClusterLoop loop, string key, PrimitiveSettings settings, Func<IGrainFactory, string, IPrimitiveGrain> grain) =>
        ((ClusterPrimitive)Find(loop, key, settings, grain)).BelongTo((ClusterLoop.Current ?? ClusterLoop.From(loop)).Root);

    public async ValueTask DisposeAsync() => await Task.WhenAll(_open.Values.Select(primitive => primitive.CloseAsync()));

    /// <summary>Lets a session go that is not used any more.</summary>
    public void Remove(ClusterPrimitive primitive) => _open.TryRemove(KeyValuePair.Create(primitive.Key, primitive));

    private ClusterPrimitive Find(string key, PrimitiveSettings settings, Func<IGrainFactory, string, IPrimitiveGrain> grain)
    {
        while (true)
        {
            var primitive = _open.GetOrAdd(
                key,
                static (key, make) => new ClusterPrimitive(
                    make.Self, make.Self._owner, key, $"{make.Self._owner.Id}!{Interlocked.Increment(ref make.Self._lastSession)}", make.Settings, make.Grain(make.Self._owner.Grains, key)),
                (Self: this, Settings: settings, Grain: grain));
            if (primitive.Settings != settings)
                throw new InvalidOperationException($"'{PrimitiveKey.ParseName(key)}' is {primitive.Settings.Describe()} here; it cannot be {settings.Describe()} too.");
            if (primitive.TryUse()) return primitive;
            Remove(primitive);
        }
    }
}
