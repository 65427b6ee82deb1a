namespace OrleansAsync.Queues;

/// <summary>An item that knows its place in a priority queue.</summary>
public interface IPrioritized
{
    /// <summary>Gets the priority; the smallest comes out first. It is read once, when the item is put.</summary>
    double Priority { get; }
}
