using OrleansAsync.Execution;

namespace OrleansAsync.Queues;

/// <summary>What producers and consumers are told alike.</summary>
[GenerateSerializer, Immutable, Alias(QueueAliases.WorkerSpecification)]
public abstract record WorkerSpecification
{
    private protected WorkerSpecification() { }

    /// <summary>Gets how many items per second it works on at most; <see langword="null"/> is unlimited.</summary>
    [Id(0)]
    public double? MaxPerSecond { get; init; }

    /// <summary>Gets how often a call that failed is repeated, a second later. Default 3.</summary>
    [Id(1)]
    public int MaxRetries { get; init; } = 3;

    /// <summary>Whether the worker comes up again after the loss of its silo: what it works on survives that, too.</summary>
    internal abstract bool IsDurable { get; }

    /// <exception cref="ArgumentException">A number makes no sense.</exception>
    internal virtual void Check()
    {
        if (MaxPerSecond is { } rate && !(rate > 0 && double.IsFinite(rate))) throw new ArgumentException($"MaxPerSecond is {rate}; it is more than 0, or null for no limit.");
        if (MaxRetries < 0) throw new ArgumentException($"MaxRetries is {MaxRetries}; it is at least 0.");
    }

    /// <summary>Works until it is stopped, or there is nothing left to do.</summary>
    /// <param name="worker">Who works.</param>
    /// <param name="loop">The cluster, as the worker's silo sees it.</param>
    internal abstract Task RunAsync(IWorker worker, IClusterLoop loop);
}
