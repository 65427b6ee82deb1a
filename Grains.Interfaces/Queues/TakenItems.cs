using OrleansAsync.Coordination;

namespace OrleansAsync.Queues;

/// <summary>What this process took from a queue and has not done, the oldest first.</summary>
internal sealed class TakenItems
{
    private readonly LinkedList<Taking> _takings = [];

    /// <summary>Notes what an answered call took.</summary>
    /// <param name="call">The call.</param>
    /// <param name="count">How many items.</param>
    /// <param name="taker">The task that took them; null outside of tasks.</param>
    public Taking Add(PrimitiveCall call, int count, object? taker)
    {
        var taking = new Taking(call, taker) { Left = count };
        lock (_takings) _takings.AddLast(taking);
        return taking;
    }

    /// <summary>Takes the oldest items out: first those of a task, then any unless only its own may be. Null, and nothing is taken out, if there are not enough.</summary>
    public List<DonePart>? TakeOldest(int count, object? taker, bool ownOnly)
    {
        lock (_takings)
        {
            List<(LinkedListNode<Taking> Node, int Count)> found = [];
            foreach (var isOwn in (ReadOnlySpan<bool>)(ownOnly ? [true] : [true, false]))
            {
                for (var node = _takings.First; node is not null && count > 0; node = node.Next)
                {
                    if (Equals(node.Value.Taker, taker) != isOwn || (!isOwn && node.Value.Call.IsLost)) continue;
                    var some = Math.Min(count, node.Value.Left);
                    found.Add((node, some));
                    count -= some;
                }
            }
            if (count > 0) return null;
            return [.. found.Select(each => Reduce(each.Node, each.Count))];
        }
    }

    /// <summary>Takes items of one call out until no more than some are left; null if it has no more.</summary>
    public DonePart? ReduceTo(Taking taking, int left)
    {
        lock (_takings)
        {
            return taking.Left > left ? Reduce(_takings.Find(taking)!, taking.Left - left) : null;
        }
    }

    /// <summary>Forgets what a call took: it is others' now.</summary>
    public void Drop(PrimitiveCall call)
    {
        lock (_takings)
        {
            for (var node = _takings.First; node is not null; node = node.Next)
            {
                if (node.Value.Call != call) continue;
                node.Value.Left = 0;
                _takings.Remove(node);
                return;
            }
        }
    }

    private DonePart Reduce(LinkedListNode<Taking> node, int count)
    {
        node.Value.Left -= count;
        if (node.Value.Left == 0) _takings.Remove(node);
        return new(node.Value.Call, count, node.Value.Left == 0);
    }
}

/// <summary>Items of one call that are done together.</summary>
/// <param name="Call">The call that took them; null for items that are kept.</param>
/// <param name="Count">How many.</param>
/// <param name="IsLast">Whether the call has no others left.</param>
internal sealed record DonePart(PrimitiveCall? Call, int Count, bool IsLast);

/// <summary>The items that one call took.</summary>
/// <param name="call">The call.</param>
/// <param name="taker">The task that took them; null outside of tasks.</param>
internal sealed class Taking(PrimitiveCall call, object? taker)
{
    public PrimitiveCall Call => call;

    public object? Taker => taker;

    /// <summary>How many of them are not done.</summary>
    public int Left { get; set; }
}
