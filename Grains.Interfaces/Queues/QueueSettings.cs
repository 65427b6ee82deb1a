using System.Buffers.Binary;
using OrleansAsync.Coordination;

namespace OrleansAsync.Queues;

/// <summary>What all who use a queue must agree on.</summary>
/// <param name="Order">Which item comes out next.</param>
/// <param name="MaxSize">How many items it holds; 0 is unlimited.</param>
/// <param name="IsDurable">Whether its items are stored.</param>
/// <param name="Redelivers">Whether what was taken and is not done comes back.</param>
[GenerateSerializer, Immutable, Alias(QueueAliases.Settings)]
internal sealed record QueueSettings(
    [property: Id(0)] QueueOrder Order,
    [property: Id(1)] int MaxSize,
    [property: Id(2)] bool IsDurable,
    [property: Id(3)] bool Redelivers) : PrimitiveSettings
{
    /// <summary>The kind of all queues: one name is one queue, whatever comes out of it first.</summary>
    public const string KindName = "queue";

    public override string Kind => Order switch
    {
        QueueOrder.Fifo => KindName,
        QueueOrder.Lifo => "lifo queue",
        _ => "priority queue",
    };

    public override PrimitiveCore CreateCore() =>
        new QueueCore(Order, MaxSize, item => BinaryPrimitives.ReadDoubleLittleEndian((byte[])item), IsDurable);

    public override string Describe() =>
        $"a {(IsDurable ? "durable " : "")}{Kind} {(MaxSize == 0 ? "of any size" : $"of {MaxSize}")}{(Redelivers ? "" : " that redelivers nothing")}";
}
