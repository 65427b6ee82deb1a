namespace OrleansAsync.Coordination;

/// <summary>Requests that wait, in order. Whoever gives up leaves from anywhere at the same cost.</summary>
internal sealed class WaiterQueue
{
    private readonly LinkedList<Request> _waiters = [];

    public int Count => _waiters.Count;

    public void Add(Request request) => request.Place = _waiters.AddLast(request);

    /// <summary>Takes the first one out; null if nobody waits.</summary>
    public Request? Take()
    {
        if (_waiters.First is not { Value: var first }) return null;
        Remove(first);
        return first;
    }

    /// <summary>Takes one out that may wait here; false if it does not.</summary>
    public bool Remove(Request request)
    {
        if (request.Place is not LinkedListNode<Request> place || place.List != _waiters) return false;
        _waiters.Remove(place);
        request.Place = null;
        return true;
    }
}
