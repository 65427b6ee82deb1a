using OrleansAsync.Coordination;
using OrleansAsync.Execution;

namespace OrleansAsync.Queues;

/// <summary>A queue of this process: asyncio's own.</summary>
/// <typeparam name="T">The type of the items; they stay the objects they are.</typeparam>
internal sealed class LocalQueue<T> : QueueHandle<T>
{
    public LocalQueue(QueueOrder order, int maxSize, IClusterLoop loop)
        // Who would give back what a vanished process took?
        : base(PrimitiveKey.New(QueueSettings.KindName), new(order, maxSize, IsDurable: false, Redelivers: false), loop) =>
        Primitive = new LocalPrimitive(new QueueCore(order, maxSize, static item => ((Prioritized)item).Priority));

    private protected override Primitive Primitive { get; }

    private protected override object Write(T item) => Priority is { } priority ? new Prioritized(item, priority(item)) : item!;

    private protected override T Read(object payload) => payload is Prioritized prioritized ? prioritized.Item : (T)payload;

    private sealed record Prioritized(T Item, double Priority);
}
