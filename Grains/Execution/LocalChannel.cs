using System.Buffers;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>
/// The channel from a loop to itself, for tasks that stay there: no messages, so nothing to number, repeat or acknowledge. Coroutine and result are
/// serialized all the same, so that a task shares no object with its creator wherever it runs.
/// </summary>
internal sealed class LocalChannel(string key, TaskOwner owner) : LoopChannel(key, window: null)
{
    private readonly Dictionary<long, OwnedTask> _owned = [];
    private readonly PayloadWriter _payload = new();
    private Place? _place;
    private long _lastSerial;

    public override Task Delivered => Task.CompletedTask;

    /// <summary>Takes a task of this loop's own.</summary>
    /// <returns>What a batch would have said of it; null if it has ended, or cannot be serialized and so has failed.</returns>
    public (TaskStart Start, byte[] Coroutine, byte[]? Context)? Take(OwnedTask task)
    {
        if (!task.TryPlace(_place ??= new Place(this, owner))) return null;
        byte[]? context;
        try
        {
            task.WriteCoroutine(owner.Serializer, _payload);
            context = task.Options.Context is { } taken ? owner.Serializer.SerializeToArray(taken) : null;
        }
#pragma warning disable CA1031 // whatever a codec throws is the failure of this task
        catch (Exception e)
#pragma warning restore CA1031
        {
            _payload.Length = 0;
            task.Fail(new UnserializableException($"Coroutine {task.Coroutine?.GetType()} of task {task.Id}, or its context, cannot be serialized: {e.Message} Give every level of the record [GenerateSerializer] and [Alias].", e));
            return null;
        }
        var coroutine = _payload.Take();
        task.Serial = ++_lastSerial;
        _owned.Add(task.Serial, task);
        task.MarkRunning();
        var start = new TaskStart(task.Serial, 0, task.Number, task.Attempt, coroutine.Length, task.Options.Name, task.Options.OnLoss == OnLoss.Fail, TimeLeft: task.Owner.Remaining);
        return (start, coroutine, context);
    }

    public override void Add<TState>(long serial, OutcomeKind kind, bool leftRunning, TState state, Action<TState, IBufferWriter<byte>> write)
    {
        // Of its own, as what the outcome wakes may end another task here.
        var payload = new ArrayBufferWriter<byte>();
        write(state, payload);
        _owned.Remove(serial, out var task);
        task!.LeftRunning |= leftRunning;
        if (kind is OutcomeKind.HandedBack or OutcomeKind.NotStarted)
        {
            task.Serial = 0;
            owner.Replace([(task, kind == OutcomeKind.HandedBack ? Relocation.HandedBack : Relocation.NotStarted)]);
        }
        else task.Complete(kind, payload.WrittenSpan, owner.Serializer);
    }

    private sealed class Place(LocalChannel channel, TaskOwner owner) : TaskPlace
    {
        private static readonly Task<bool> InTime = Task.FromResult(true);

        public override string Key => channel.Sender;

        public override string Sender => channel.Sender;

        public override Task<bool>? CancelAsync(OwnedTask task, string? message)
        {
            if (TaskScheduler.Current != owner.Scheduler) return CancelInTurnAsync(task, message);
            if (task.Channel != this) return null;
            // It waits to be started elsewhere.
            if (task.Serial == 0) return task.TryCancelAt(this, message) ? InTime : null;
            return Task.FromResult(channel.Live.TryGetValue(task.Serial, out var live) && live.Cancel(message));
        }

        private async Task<bool> CancelInTurnAsync(OwnedTask task, string? message)
        {
            var requested = false;
            await owner.StartAsync(async () => requested = await task.SendCancelAsync(message));
            return requested;
        }
    }
}
