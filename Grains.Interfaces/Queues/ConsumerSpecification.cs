namespace OrleansAsync.Queues;

/// <summary>What a consumer does. Make a <see cref="ConsumerSpecification{T}"/>.</summary>
[GenerateSerializer, Immutable, Alias(QueueAliases.ConsumerSpecification)]
public abstract record ConsumerSpecification : WorkerSpecification
{
    private protected ConsumerSpecification() { }

    /// <summary>Gets how many items it works on at a time; at least 1, the default.</summary>
    [Id(0)]
    public int MaxInFlight { get; init; } = 1;

    internal override void Check()
    {
        base.Check();
        if (MaxInFlight < 1) throw new ArgumentException($"MaxInFlight is {MaxInFlight}; it is at least 1.");
    }
}
