using System.Collections.Concurrent;

namespace OrleansAsync.Testing;

/// <summary>Counts the grain calls of a cluster, at their callers, and which of them wait in their grains; any other is on its way, or works.</summary>
internal sealed class CallCounter : IOutgoingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, int> _out = [];
    private readonly ConcurrentDictionary<Task, int> _longPolls = [];
    private int _outCount;
    private long _changes;

    /// <summary>Changes with each call that begins or ends anywhere.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>Whether all calls that are out wait in their grains.</summary>
    public bool AreWaiting => Volatile.Read(ref _outCount) == _longPolls.Where(poll => !poll.Key.IsCompleted).Sum(poll => poll.Value);

    /// <summary>The calls that are out, for a person to read.</summary>
    public string Describe() => string.Join(", ", _out.Where(call => call.Value > 0).Select(call => $"{call.Key} ({call.Value})"));

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        // Orleans' own calls to its parts have nothing to do with tasks.
        if (context.TargetId.IsSystemTarget())
        {
            await context.Invoke();
            return;
        }
        var name = $"{context.InterfaceName}.{context.MethodName}";
        Change(1);
        _out.AddOrUpdate(name, 1, static (_, count) => count + 1);
        try
        {
            await context.Invoke();
        }
        finally
        {
            _out.AddOrUpdate(name, 0, static (_, count) => count - 1);
            Change(-1);
        }
    }

    /// <inheritdoc cref="Execution.IVirtualTime.OnLongPoll"/>
    public void OnLongPoll(Task happening, int change)
    {
        Interlocked.Increment(ref _changes);
        if (_longPolls.AddOrUpdate(happening, change, (_, polls) => polls + change) == 0) _longPolls.TryRemove(KeyValuePair.Create(happening, 0));
    }

    private void Change(int by)
    {
        Interlocked.Increment(ref _changes);
        Interlocked.Add(ref _outCount, by);
    }
}
