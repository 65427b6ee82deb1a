using System.Buffers.Binary;
using OrleansAsync.Coordination;
using Request = OrleansAsync.Coordination.Request;

namespace OrleansAsync.Queues;

/// <content>What survives the loss of a silo, if the items are stored: they come back, and those who had taken some tell which.</content>
internal sealed partial class QueueCore
{
    // Until their takers have told, or are known to be gone.
    private readonly Dictionary<long, QueueItem> _loaded = [];
    private List<QueueItem> _changes = [];

    /// <summary>Gets whether the items are stored.</summary>
    public bool IsDurable => isDurable;

    /// <summary>Takes the items that came or went since the last call, and that the store must learn of.</summary>
    public List<QueueItem> TakeChanges()
    {
        var changes = _changes;
        if (changes.Count > 0) _changes = [];
        foreach (var item in changes) item.IsChanged = false;
        return changes;
    }

    /// <summary>Adds an item that was stored.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="value">What goes out of the queue: the item behind its number.</param>
    public void Load(long number, byte[] value) =>
        _loaded.Add(number, new QueueItem(value, number, order == QueueOrder.Priority ? PriorityOf(value[sizeof(long)..]) : 0) { IsStored = true });

    /// <summary>A request had taken items. Those that are not stored any more were done; in memory all are gone.</summary>
    public override void Restore(Request request, Answer answer)
    {
        if (!isDurable)
        {
            Answer(request, AnswerKind.Lost);
            return;
        }
        var taken = new Queue<QueueItem>();
        foreach (var value in answer.Items ?? [])
        {
            if (_loaded.Remove(BinaryPrimitives.ReadInt64LittleEndian((byte[])value), out var item)) taken.Enqueue(item);
        }
        _taken += taken.Count;
        request.Place = taken.Count > 0 ? taken : null;
        request.SetAnswer(answer, isHeld: taken.Count > 0);
    }

    public override PrimitiveState? SaveState()
    {
        IsChanged = false;
        return isDurable ? new QueueState(IsShutDown, _isEnded, _kept) : null;
    }

    public override void LoadState(PrimitiveState state)
    {
        var saved = (QueueState)state;
        (IsShutDown, _isEnded, _kept) = (saved.IsShutDown, saved.IsEnded, saved.Kept);
    }

    /// <summary>Nobody will tell of these any more: they are in the queue again.</summary>
    private void Unload()
    {
        if (_loaded.Count == 0) return;
        foreach (var item in _loaded.Values)
        {
            if (_isEnded)
            {
                item.IsGone = true;
                Note(item);
            }
            else Enqueue(item);
        }
        _loaded.Clear();
    }

    private void Note(QueueItem item)
    {
        if (!isDurable || item.IsChanged) return;
        item.IsChanged = true;
        _changes.Add(item);
    }

    private static byte[] WithNumber(long number, byte[] value)
    {
        var behind = new byte[sizeof(long) + value.Length];
        BinaryPrimitives.WriteInt64LittleEndian(behind, number);
        value.CopyTo(behind, sizeof(long));
        return behind;
    }
}
