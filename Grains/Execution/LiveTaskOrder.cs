namespace OrleansAsync.Execution;

/// <summary>The live tasks of a loop in the order in which it got them: what is listed page by page, while tasks come and go.</summary>
internal sealed class LiveTaskOrder
{
    // So few are never worth the work of leaving them out.
    private const int MinEnded = 1024;

    // A place without its task once that has ended, so that nothing of it is kept until the place goes.
    private readonly List<(long Order, LiveTask? Task)> _places = [];
    private int _ended;

    /// <summary>How many there ever were: the number of the last one.</summary>
    public long Last { get; private set; }

    public void Add(LiveTask task)
    {
        task.Order = ++Last;
        _places.Add((task.Order, task));
    }

    /// <summary>A task has ended. Its place goes together with others, so that it costs next to nothing.</summary>
    public void OnEnded(LiveTask task)
    {
        _places[FirstAfter(task.Order - 1)] = (task.Order, null);
        if (++_ended < MinEnded || _ended < _places.Count / 2) return;
        _places.RemoveAll(static place => place.Task is null);
        if (_places.Count < _places.Capacity / 4) _places.Capacity = _places.Count * 2;
        _ended = 0;
    }

    /// <summary>The live tasks that came after one, which may have ended since.</summary>
    public IEnumerable<LiveTask> After(long order)
    {
        for (var i = FirstAfter(order); i < _places.Count; i++)
        {
            if (_places[i].Task is { } task) yield return task;
        }
    }

    private int FirstAfter(long order)
    {
        var (low, high) = (0, _places.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_places[middle].Order <= order) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
