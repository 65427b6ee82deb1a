using System.Collections.Immutable;
using OrleansAsync.Coordination;
using Request = OrleansAsync.Coordination.Request;

namespace OrleansAsync.Queues;

/// <summary>
/// The rules of a queue. Getters wait only while it is empty, putters only while it is full, both in the order they came. An item that was taken stays
/// with the request that took it until it is done or kept; withdrawing that request puts it back to where it was.
/// </summary>
/// <param name="order">Which item comes out next.</param>
/// <param name="maxSize">How many items it holds; zero or less is unlimited. Items that come back always find room.</param>
/// <param name="priority">Tells the priority of what comes in; only where the order asks for it.</param>
/// <param name="isDurable">Whether the items are stored. They are bytes then, and go out behind their number, so that after a loss their takers can tell them.</param>
internal sealed partial class QueueCore(QueueOrder order, long maxSize, Func<object, double>? priority = null, bool isDurable = false) : PrimitiveCore
{
    // What goes out in one message: the first item, and others as long as they are not larger than this together.
    private const int MaxBytes = 1 << 20;

    private readonly PriorityQueue<QueueItem, (double Priority, long Place)> _items = new();
    private readonly LinkedList<Request> _putters = [];
    private readonly LinkedList<Request> _getters = [];
    private readonly LinkedList<Request> _joiners = [];
    private readonly LinkedList<Request> _reporters = [];
    private long _taken;
    private long _kept;
    // It was shut down at once: what comes back has no place any more.
    private bool _isEnded;

    /// <summary>Gets whether the queue was shut down.</summary>
    public bool IsShutDown { get; private set; }

    // Without a store, nothing is left of it after a loss that anybody would have to wait for.
    public override bool IsExclusive => isDurable;

    public override bool IsBusy => !isDurable && (Unfinished > 0 || IsShutDown);

    public override ImmutableArray<KeyValuePair<string, long>> Figures =>
    [
        new("depth", _items.Count + _loaded.Count), new("max_size", Math.Max(maxSize, 0)), new("unfinished", Unfinished), new("taken", _taken),
        new("putters", _putters.Count), new("getters", _getters.Count), new("joiners", _joiners.Count), new("shut_down", IsShutDown ? 1 : 0),
    ];

    private long Unfinished => _items.Count + _loaded.Count + _taken + _kept;

    private long Room => maxSize > 0 ? Math.Max(0, maxSize - _items.Count) : int.MaxValue;

    public override void Apply(Request request)
    {
        if (request.IsRestored && !isDurable)
        {
            Answer(request, AnswerKind.Lost);
            return;
        }
        Unload();
        switch ((QueueVerb)request.Verb)
        {
            case QueueVerb.Put when !IsShutDown:
                request.Place = _putters.AddLast(request);
                Settle();
                break;
            case QueueVerb.TryPut when !IsShutDown:
                // Who waits comes first: then there is no room.
                if (Room < request.Items.Count) Answer(request, AnswerKind.WouldWait);
                else Add(request, request.Items.Count);
                Settle();
                break;
            case QueueVerb.Get or QueueVerb.TryGet when _items.Count > 0:
                Take(request);
                Settle();
                break;
            case QueueVerb.Get when !IsShutDown:
                request.Place = _getters.AddLast(request);
                break;
            case QueueVerb.TryGet when !IsShutDown:
                Answer(request, AnswerKind.WouldWait);
                break;
            case QueueVerb.Put or QueueVerb.TryPut or QueueVerb.Get or QueueVerb.TryGet:
                Answer(request, AnswerKind.ShutDown);
                break;
            case QueueVerb.Keep:
                Keep(request.Target);
                Answer(request, AnswerKind.Ok);
                break;
            case QueueVerb.Done:
                Answer(request, Done(request.Target, request.Argument));
                break;
            case QueueVerb.DoneKept:
                request.Place = _reporters.AddLast(request);
                break;
            case QueueVerb.Join:
                request.Place = _joiners.AddLast(request);
                break;
            case QueueVerb.ShutDown:
                ShutDown(isImmediate: request.Argument != 0);
                Answer(request, AnswerKind.Ok);
                break;
            case QueueVerb.Count:
                request.SetAnswer(new(AnswerKind.Ok, _items.Count), isHeld: false);
                break;
            default:
                throw new InvalidOperationException($"A queue does not know verb {request.Verb}.");
        }
        EndReports();
    }

    public override void Withdraw(Request request)
    {
        switch (request.Place)
        {
            case Queue<QueueItem> taken:
                Release(request);
                foreach (var item in taken) Return(item);
                Settle();
                EndReports();
                break;
            case LinkedListNode<Request> node:
                node.List!.Remove(node);
                request.Place = null;
                EndReports();
                break;
        }
    }

    /// <summary>Lets waiting getters and putters go on, in turn, as far as they can.</summary>
    private void Settle()
    {
        do
        {
            while (_items.Count > 0 && _getters.First is { Value: var getter })
            {
                _getters.RemoveFirst();
                Take(getter);
            }
        }
        while (LetIn());
    }

    /// <summary>Lets the first putter in, as far as there is room: it is told how many of its items that were, and asks again for the others, as a loop of puts would.</summary>
    private bool LetIn()
    {
        if (Room == 0 || _putters.First is not { Value: var putter }) return false;
        _putters.RemoveFirst();
        putter.Place = null;
        Add(putter, (int)Math.Min(Room, putter.Items.Count));
        return true;
    }

    private void Add(Request putter, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (number, value) = (++LastFence, putter.Items[i]);
            var item = new QueueItem(isDurable ? WithNumber(number, (byte[])value) : value, number, PriorityOf(value));
            Enqueue(item);
            Note(item);
        }
        putter.SetAnswer(new(AnswerKind.Ok, count), isHeld: false);
    }

    private double PriorityOf(object value) => order == QueueOrder.Priority ? priority!(value) : 0;

    private void Enqueue(QueueItem item) => _items.Enqueue(item, (item.Priority, order == QueueOrder.Lifo ? -item.Number : item.Number));

    private void Take(Request request)
    {
        var count = (int)Math.Clamp(request.Argument, 1, _items.Count);
        var (taken, values, bytes) = (new Queue<QueueItem>(count), new List<object>(count), 0L);
        while (taken.Count < count && (taken.Count == 0 || bytes + Size(_items.Peek()) <= MaxBytes))
        {
            var item = _items.Dequeue();
            bytes += Size(item);
            taken.Enqueue(item);
            values.Add(item.Value);
        }
        _taken += taken.Count;
        request.Place = taken;
        request.SetAnswer(new(AnswerKind.Ok, Items: values), isHeld: true);
    }

    private static int Size(QueueItem item) => item.Value is byte[] bytes ? bytes.Length : 0;

    private void Return(QueueItem item)
    {
        if (_isEnded)
        {
            Finish(item);
            return;
        }
        _taken--;
        Enqueue(item);
    }

    private void Keep(Request? target)
    {
        if (target?.Place is not Queue<QueueItem> taken) return;
        Release(target);
        _kept += taken.Count;
        IsChanged = isDurable;
        foreach (var item in taken) Finish(item);
    }

    /// <summary>
    /// Answers those who report items that somebody took for good, in turn, and then those who wait for the last of all. Who took an item may have handed it on before
    /// it is heard here that it is kept: until then whoever reports it waits.
    /// </summary>
    private void EndReports()
    {
        while (_reporters.First is { Value: var reporter } && (reporter.Argument <= _kept || reporter.Argument > _kept + _taken))
        {
            _reporters.RemoveFirst();
            reporter.Place = null;
            var isRight = reporter.Argument <= _kept;
            if (isRight) (_kept, IsChanged) = (_kept - reporter.Argument, isDurable);
            Answer(reporter, isRight ? AnswerKind.Ok : AnswerKind.Misuse);
        }
        if (Unfinished == 0) AnswerAll(_joiners, AnswerKind.Ok);
    }

    private AnswerKind Done(Request? target, long count)
    {
        // It was taken back from its asker.
        if (target?.Place is not Queue<QueueItem> taken) return AnswerKind.Lost;
        if (count > taken.Count) return AnswerKind.Misuse;
        for (var i = 0; i < count; i++) Finish(taken.Dequeue());
        if (taken.Count == 0) Release(target);
        return AnswerKind.Ok;
    }

    private void Finish(QueueItem item)
    {
        _taken--;
        item.IsGone = true;
        Note(item);
    }

    private void ShutDown(bool isImmediate)
    {
        (IsShutDown, IsChanged) = (true, isDurable);
        AnswerAll(_putters, AnswerKind.ShutDown);
        AnswerAll(_getters, AnswerKind.ShutDown);
        if (!isImmediate) return;
        _isEnded = true;
        while (_items.TryDequeue(out var item, out _))
        {
            item.IsGone = true;
            Note(item);
        }
    }

    private static void Release(Request request) => (request.Place, request.IsHeld) = (null, false);

    private static void Answer(Request request, AnswerKind kind) => request.SetAnswer(new(kind), isHeld: false);

    private static void AnswerAll(LinkedList<Request> waiting, AnswerKind kind)
    {
        foreach (var request in waiting)
        {
            request.Place = null;
            Answer(request, kind);
        }
        waiting.Clear();
    }
}
