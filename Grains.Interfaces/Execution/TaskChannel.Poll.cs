using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <content>Brings outcomes back, for as long as tasks are out.</content>
internal sealed partial class TaskChannel
{
    private readonly List<OwnedTask?> _ended = [];
    private long _acknowledged;

    private void EnsurePolling()
    {
        lock (_gate)
        {
            if (_polling || _isLost) return;
            _polling = true;
        }
        owner.Start(PollAsync);
        // While tasks are out, the set of loops is watched: a lost silo answers nothing. Not under our lock: the owner looks at its
        // channels under its own.
        owner.EnsureRefreshing();
    }

    private async Task PollAsync()
    {
        try
        {
            for (var isFinal = false; ;)
            {
                lock (_gate)
                {
                    // A loop that leaves waits until its last outcomes are acknowledged.
                    if (_live.Count == 0 && (!_isLeaving || isFinal))
                    {
                        _polling = false;
                        return;
                    }
                }
                var reply = await RepeatAsync(() => _loop.PollAsync(new PollRequest(sender, _incarnation!, _acknowledged)));
                if (reply is { Status: ChannelStatus.Expired })
                {
                    lock (_gate)
                    {
                        // The batch that is out knows better whether it was lost with the lease or never applied.
                        if (_submitting)
                        {
                            _polling = false;
                            return;
                        }
                    }
                }
                if (reply is null || !Accept(reply.Status)) return;
                Apply(reply);
                isFinal = reply is { Status: ChannelStatus.Leaving, Sequence: 0 };
            }
        }
        catch (OperationCanceledException) when (owner.Stopping.IsCancellationRequested)
        {
            // the owner is closing
        }
    }

    private void Apply(OutcomeBatch batch)
    {
        // 0: nothing to report. Not newer than what was applied: a repeated answer.
        if (batch.Sequence <= _acknowledged) return;
        var pump = false;
        List<(OwnedTask Task, string? Message)>? cancelled = null;
        lock (_gate)
        {
            if (_isLost) return;
            foreach (var outcome in batch.Outcomes)
            {
                _ended.Add(_live.Remove(outcome.Serial, out var task) ? task : null);
                string? message = null;
                var wasCancelled = _cancelled.Count > 0 && _cancelled.Remove(outcome.Serial, out message);
                if (task is null || outcome.Kind is not (OutcomeKind.HandedBack or OutcomeKind.NotStarted)) continue;
                // From here on it runs nowhere, so a cancel ends it.
                task.Serial = 0;
                if (wasCancelled) (cancelled ??= []).Add((task, message));
            }
            if (_outbox.Count > 0 && !_pumping) pump = _pumping = true;
        }
        if (pump) owner.Start(PumpAsync);
        _acknowledged = batch.Sequence;
        var payload = batch.Payload.AsSpan();
        List<(OwnedTask, Relocation)>? handedBack = null;
        for (var i = 0; i < batch.Outcomes.Length; i++)
        {
            var outcome = batch.Outcomes[i];
            if (_ended[i] is { } task)
            {
                task.LeftRunning |= outcome.LeftRunning;
                if (outcome.Kind is OutcomeKind.HandedBack or OutcomeKind.NotStarted)
                {
                    (handedBack ??= []).Add((task, outcome.Kind == OutcomeKind.HandedBack ? Relocation.HandedBack : Relocation.NotStarted));
                }
                else
                {
                    task.Complete(outcome.Kind, payload[..outcome.Length], owner.Serializer);
                }
            }
            payload = payload[outcome.Length..];
        }
        // Not held until the next batch: users may have dropped them.
        _ended.Clear();
        foreach (var (task, message) in cancelled ?? []) task.Cancel(message);
        if (handedBack is not null) owner.Replace(handedBack);
    }
}
