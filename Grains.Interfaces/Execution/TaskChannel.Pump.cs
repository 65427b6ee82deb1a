using System.Collections.Immutable;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <content>Sends what has gathered.</content>
internal sealed partial class TaskChannel
{
    private const int MaxBatchTasks = 2048;
    private const int MaxBatchBytes = 512 * 1024;

    private readonly PayloadWriter _payload = new();
    private readonly List<OwnedTask> _sending = [];
    private TaskContext? _lastContext;
    private long _lastSerial;
    private long _lastSequence;

    private async Task PumpAsync()
    {
        List<CancelRequest> cancels = [];
        try
        {
            if (_incarnation is null && !await OpenAsync()) return;
            while (NextBatch(out cancels) is { } batch)
            {
                var sent = 0;
                var reply = await RepeatAsync(SubmitAsync);
                while (reply is { Status: ChannelStatus.WindowExceeded })
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(50), owner.Time, owner.Stopping);
                    sent = 0;
                    reply = await RepeatAsync(SubmitAsync);
                }
                // Sent only once, and refused: none of it was applied. So a channel that idled longer than its lease loses nothing.
                if (reply is { Status: ChannelStatus.Expired } && sent == 1) TakeBack();
                lock (_gate) _submitting = false;
                if (reply is null || !Accept(reply.Status)) return;
                if (_sending.Count > 0) EnsurePolling();
                foreach (var task in _sending) task.MarkRunning();
                for (var i = 0; i < cancels.Count; i++) cancels[i].Answer(reply.Requested[i]);

                Task<SubmitReply> SubmitAsync()
                {
                    sent++;
                    return _loop.SubmitAsync(batch);
                }
            }
        }
        catch (OperationCanceledException) when (owner.Stopping.IsCancellationRequested)
        {
            // the owner is closing
        }
        finally
        {
            // Left without an answer only if the channel has ended, and the tasks with it.
            foreach (var cancel in cancels) cancel.TrySetResult(true);
        }
    }

    /// <summary>Puts the tasks of the last batch back to the head of the outbox, except those that were cancelled since.</summary>
    private void TakeBack()
    {
        lock (_gate)
        {
            OwnedTask[] later = [.. _outbox];
            _outbox.Clear();
            foreach (var task in _sending)
            {
                if (_cancelled.ContainsKey(task.Serial) || !_live.Remove(task.Serial)) continue;
                task.Serial = 0;
                _outbox.Enqueue(task);
            }
            foreach (var task in later) _outbox.Enqueue(task);
        }
    }

    private async Task<bool> OpenAsync()
    {
        if (await RepeatAsync(() => _loop.OpenAsync(new OpenChannel(sender, owner.IsLoop))) is not { } opened) return false;
        (_incarnation, _window) = (opened.Incarnation, opened.Window);
        if (!Accept(opened.Status)) return false;
        if (!_isLeaving) return true;
        Lose();
        return false;
    }

    private bool Accept(ChannelStatus status)
    {
        switch (status)
        {
            case ChannelStatus.Ok:
                return true;
            case ChannelStatus.Leaving:
                Leave();
                return true;
            case ChannelStatus.Expired:
                Expire();
                return false;
            default:
                Lose();
                return false;
        }
    }

    /// <summary>Takes from the outbox what the window admits; null, and the pump ends, when there is nothing to send.</summary>
    private SubmitBatch? NextBatch(out List<CancelRequest> cancels)
    {
        var starts = ImmutableArray.CreateBuilder<TaskStart>();
        var owners = ImmutableArray.CreateBuilder<string>();
        var contexts = ImmutableArray.CreateBuilder<byte[]>();
        _sending.Clear();
        _lastContext = null;
        // Before any task counts as live: a poll that learns now that the lease has expired leaves it to the batch.
        lock (_gate) _submitting = true;
        while (TakeSome(out var from))
        {
            for (var i = from; i < _sending.Count; i++) Write(_sending[i], starts, owners, contexts);
        }
        bool isOver, mustPoll;
        lock (_gate)
        {
            (cancels, _cancels) = (_cancels, []);
            isOver = starts.Count == 0 && cancels.Count == 0 && !CanTake();
            if (isOver) _pumping = _submitting = false;
            // A poll may have left to a batch what there was none for.
            mustPoll = isOver ? !_polling && _live.Count > 0 : starts.Count > 0;
        }
        if (mustPoll) EnsurePolling();
        if (isOver) return null;
        return new SubmitBatch(
            sender, _incarnation!, ++_lastSequence, owners.DrainToImmutable(), starts.DrainToImmutable(), _payload.Take(),
            [.. cancels.Select(cancel => new TaskCancel(cancel.Serial, cancel.Message))], contexts.DrainToImmutable());
    }

    private bool TakeSome(out int from)
    {
        from = _sending.Count;
        lock (_gate)
        {
            while (_sending.Count - from < 64 && _sending.Count < MaxBatchTasks && _payload.Length < MaxBatchBytes && CanTake())
            {
                var task = _outbox.Dequeue();
                if (task.IsCompleted) continue;
                task.Serial = ++_lastSerial;
                _live.Add(task.Serial, task);
                _sending.Add(task);
            }
        }
        return _sending.Count > from;
    }

    private bool CanTake() => _outbox.Count > 0 && (_window is null || _live.Count < _window);

    private void Write(
        OwnedTask task, ImmutableArray<TaskStart>.Builder starts, ImmutableArray<string>.Builder owners, ImmutableArray<byte[]>.Builder contexts)
    {
        var before = _payload.Length;
        try
        {
            task.WriteCoroutine(owner.Serializer, _payload);
            if (task.Options.Context is { } context && !ReferenceEquals(context, _lastContext))
            {
                contexts.Add(SerializeContext(context));
                _lastContext = context;
            }
        }
#pragma warning disable CA1031 // whatever a codec throws: it is the failure of this task, not of the batch
        catch (Exception e)
#pragma warning restore CA1031
        {
            _payload.Length = before;
            lock (_gate) _live.Remove(task.Serial);
            task.Fail(new UnserializableException(e is UnserializableException ? $"Task {task.Id} was not started: {e.Message}" : $"Coroutine {task.Coroutine?.GetType()} of task {task.Id} cannot be serialized: {e.Message} Give every level of the record [GenerateSerializer] and [Alias].", e));
            return;
        }
        // Tasks of one owner come in runs, so looking at the last one finds nearly all.
        if (owners.Count == 0 || !ReferenceEquals(owners[^1], task.Owner.OwnerId)) owners.Add(task.Owner.OwnerId);
        starts.Add(new TaskStart(task.Serial, owners.Count - 1, task.Number, task.Attempt, _payload.Length - before, task.Options.Name, task.Options.OnLoss == OnLoss.Fail,
            task.Options.Context is null ? 0 : contexts.Count, task.Owner.Remaining));
    }

    private byte[] SerializeContext(TaskContext context)
    {
        try
        {
            return owner.Serializer.SerializeToArray(context);
        }
#pragma warning disable CA1031 // whatever a codec throws
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new UnserializableException($"a value in the RequestContext, {string.Join(" or ", context.Request?.Keys.AsEnumerable() ?? [])}, cannot travel: {e.Message}", e);
        }
    }
}
