namespace OrleansAsync.Execution;

/// <summary>The live tasks of a loop in the order in which it got them: what is listed page by page, while tasks come and go.</summary>
internal sealed class LiveTaskOrder
{
    // So few are never worth the work of leaving them out.
    private const int MinEnded = 1024;

    private readonly List<LiveTask> _tasks = [];
    private int _ended;

    /// <summary>How many there ever were: the number of the last one.</summary>
    public long Last { get; private set; }

    public void Add(LiveTask task)
    {
        task.Order = ++Last;
        _tasks.Add(task);
    }

    /// <summary>A task has ended. It leaves together with others, so that it costs next to nothing.</summary>
    public void OnEnded()
    {
        if (++_ended < MinEnded || _ended < _tasks.Count / 2) return;
        _tasks.RemoveAll(static task => task.HasEnded);
        if (_tasks.Count < _tasks.Capacity / 4) _tasks.Capacity = _tasks.Count * 2;
        _ended = 0;
    }

    /// <summary>The live tasks that came after one, which may have ended since.</summary>
    public IEnumerable<LiveTask> After(long order)
    {
        for (var i = FirstAfter(order); i < _tasks.Count; i++)
        {
            if (!_tasks[i].HasEnded) yield return _tasks[i];
        }
    }

    private int FirstAfter(long order)
    {
        var (low, high) = (0, _tasks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_tasks[middle].Order <= order) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
