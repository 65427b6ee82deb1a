using System.Reflection;

namespace OrleansAsync.Testing;

/// <summary>What a <see cref="VirtualTimeCluster"/> consists of.</summary>
public sealed class VirtualTimeOptions
{
    /// <summary>Gets how many silos it has; 1 or more. Default: 2.</summary>
    public short Silos { get; init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A cluster has at least one silo."); } = 2;

    /// <summary>Gets where to look for coroutine bodies, as <c>AddOrleansAsync</c> does.</summary>
    public IReadOnlyList<Assembly> Assemblies { get; init; } = [];

    /// <summary>Gets what else a silo needs: services of bodies, fakes, a store.</summary>
    public Action<ISiloBuilder>? ConfigureSilo { get; init; }

    /// <summary>Gets what else the client needs.</summary>
    public Action<IClientBuilder>? ConfigureClient { get; init; }

    /// <summary>Gets what time it is at the start. Default: midnight of 1 January 2000, UTC.</summary>
    public DateTimeOffset StartTime { get; init; } = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Gets whether time stands still while a body awaits something that is neither time, nor a task, nor a verb of the loop: a request, a file,
    /// a grain of yours. Default: <see langword="true"/>. Choose <see langword="false"/> if bodies wait for something that the test itself completes.
    /// </summary>
    public bool OutsideWorkHoldsTime { get; init; } = true;

    /// <summary>Gets how long, in real time, the cluster may take to settle; more than zero. Default: 30 seconds. Then the test fails and is told what still goes on.</summary>
    public TimeSpan Patience
    {
        get;
        init => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Patience is more than zero.");
    } = TimeSpan.FromSeconds(30);
}
