using OrleansAsync.Queues;

namespace OrleansAsync.Tests.Unit.Queues;

/// <summary>What a queue must do, written as plainly as possible: lists, searched and sorted at each step.</summary>
internal sealed class QueueModel(QueueOrder order, int maxSize)
{
    private readonly List<int> _putters = [];
    private readonly List<int> _getters = [];
    private readonly List<int> _joiners = [];
    private readonly List<(int Request, int Count)> _reports = [];
    private readonly Dictionary<int, List<int>> _toPut = [];
    private readonly Dictionary<int, int> _toGet = [];
    private readonly Dictionary<int, List<int>> _taken = [];
    private readonly List<int> _arrived = [];
    private List<int> _items = [];
    private int _kept;
    private bool _isShutDown;
    private bool _isEnded;

    /// <summary>What each request was answered.</summary>
    public SortedDictionary<int, string> Answers { get; } = [];

    /// <summary>Whether each item that came in is here, in the queue or with its taker, or gone.</summary>
    public SortedDictionary<int, string> Fates { get; } = [];

    public string Figures => $"{_items.Count} in, {_taken.Values.Sum(items => items.Count)} out, {Unfinished} unfinished, {_putters.Count} put, {_getters.Count} get, {_joiners.Count} join";

    public IEnumerable<int> Takers => _taken.Keys;

    private int Unfinished => _items.Count + _taken.Values.Sum(items => items.Count) + _kept;

    private int Room => maxSize == 0 ? int.MaxValue : Math.Max(0, maxSize - _items.Count);

    public void Put(int request, List<int> items, bool wait)
    {
        if (_isShutDown) Answers[request] = "ShutDown";
        else if (wait) (_toPut[request], _) = (items, Add(_putters, request));
        else if (items.Count > Room) Answers[request] = "WouldWait";
        else
        {
            items.ForEach(Arrive);
            Answers[request] = $"Ok, {items.Count} in";
        }
        Settle();
    }

    public void Get(int request, int max, bool wait)
    {
        if (_items.Count == 0 && _isShutDown) Answers[request] = "ShutDown";
        else if (_items.Count == 0 && !wait) Answers[request] = "WouldWait";
        else (_toGet[request], _) = (max, Add(_getters, request));
        Settle();
    }

    public void Keep(int request, int target)
    {
        if (_taken.Remove(target, out var items))
        {
            _kept += items.Count;
            items.ForEach(item => Fates[item] = "gone");
        }
        Answers[request] = "Ok";
        Settle();
    }

    public void DoneKept(int request, int count)
    {
        _reports.Add((request, count));
        Settle();
    }

    public void Done(int request, int target, int count)
    {
        if (!_taken.TryGetValue(target, out var items)) Answers[request] = "Lost";
        else if (count > items.Count) Answers[request] = "Misuse";
        else
        {
            items[..count].ForEach(item => Fates[item] = "gone");
            items.RemoveRange(0, count);
            if (items.Count == 0) _taken.Remove(target);
            Answers[request] = "Ok";
        }
        Settle();
    }

    public void Join(int request)
    {
        _joiners.Add(request);
        Settle();
    }

    public void ShutDown(int request, bool isImmediate)
    {
        (_isShutDown, _isEnded) = (true, _isEnded || isImmediate);
        foreach (var waiting in _putters.Concat(_getters)) Answers[waiting] = "ShutDown";
        _putters.Clear();
        _getters.Clear();
        if (isImmediate)
        {
            _items.ForEach(item => Fates[item] = "gone");
            _items.Clear();
        }
        Answers[request] = "Ok";
        Settle();
    }

    public void Withdraw(int request)
    {
        _putters.Remove(request);
        _getters.Remove(request);
        _joiners.Remove(request);
        _reports.RemoveAll(report => report.Request == request);
        if (_taken.Remove(request, out var items))
        {
            if (_isEnded) items.ForEach(item => Fates[item] = "gone");
            else _items.AddRange(items);
        }
        Settle();
    }

    private static bool Add(List<int> line, int request)
    {
        line.Add(request);
        return true;
    }

    private void Arrive(int item)
    {
        _arrived.Add(item);
        _items.Add(item);
        Fates[item] = "here";
    }

    private void Settle()
    {
        while (true)
        {
            _items = order switch
            {
                QueueOrder.Fifo => [.. _items.OrderBy(_arrived.IndexOf)],
                QueueOrder.Lifo => [.. _items.OrderByDescending(_arrived.IndexOf)],
                _ => [.. _items.OrderBy(PriorityOf).ThenBy(_arrived.IndexOf)],
            };
            if (_getters.Count > 0 && _items.Count > 0)
            {
                var getter = _getters[0];
                _getters.RemoveAt(0);
                var count = Math.Min(_toGet[getter], _items.Count);
                _taken[getter] = _items[..count];
                _items.RemoveRange(0, count);
                Answers[getter] = $"Ok {string.Join(' ', _taken[getter])}";
            }
            else if (_putters.Count > 0 && Room > 0)
            {
                var items = _toPut[_putters[0]];
                var count = Math.Min(Room, items.Count);
                items[..count].ForEach(Arrive);
                Answers[_putters[0]] = $"Ok, {count} in";
                _putters.RemoveAt(0);
            }
            else break;
        }
        while (_reports.Count > 0)
        {
            var (request, count) = _reports[0];
            if (count > _kept && count <= _kept + _taken.Values.Sum(items => items.Count)) break;
            Answers[request] = count > _kept ? "Misuse" : "Ok";
            if (count <= _kept) _kept -= count;
            _reports.RemoveAt(0);
        }
        if (Unfinished > 0) return;
        foreach (var joiner in _joiners) Answers[joiner] = "Ok";
        _joiners.Clear();
    }

    /// <summary>The priority of the numbers that are put: many have the same.</summary>
    public static double PriorityOf(int item) => item % 3;
}
