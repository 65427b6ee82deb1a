namespace OrleansAsync.Queues;

/// <summary>An item from the moment it is in the queue until it is done.</summary>
/// <param name="value">What goes out: what came in, in a durable queue behind the number.</param>
/// <param name="number">Names it for ever, and tells its place among all that came in.</param>
/// <param name="priority">Its priority, in a queue that has them.</param>
internal sealed class QueueItem(object value, long number, double priority)
{
    public object Value => value;

    public long Number => number;

    public double Priority => priority;

    /// <summary>Whether the queue has nothing to do with it any more.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether it is in the store.</summary>
    public bool IsStored { get; set; }

    /// <summary>Whether the store does not know yet what became of it.</summary>
    public bool IsChanged { get; set; }
}
