namespace OrleansAsync.Queues;

/// <summary>What a producer does. Make a <see cref="ProducerSpecification{T}"/>.</summary>
[GenerateSerializer, Immutable, Alias(QueueAliases.ProducerSpecification)]
public abstract record ProducerSpecification : WorkerSpecification
{
    private protected ProducerSpecification() { }
}
