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
            while (true)
            {
                lock (_gate)
                {
                    if (_live.Count == 0)
                    {
                        _polling = false;
                        return;
                    }
                }
                var reply = await RepeatAsync(() => _loop.PollAsync(new PollRequest(sender, _incarnation!, _acknowledged)));
                if (reply is null || !Accept(reply.Status)) return;
                Apply(reply);
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
        _ended.Clear();
        var pump = false;
        lock (_gate)
        {
            if (_isLost) return;
            foreach (var outcome in batch.Outcomes) _ended.Add(_live.Remove(outcome.Serial, out var task) ? task : null);
            if (_outbox.Count > 0 && !_pumping) pump = _pumping = true;
        }
        if (pump) owner.Start(PumpAsync);
        _acknowledged = batch.Sequence;
        var payload = batch.Payload.AsSpan();
        for (var i = 0; i < batch.Outcomes.Length; i++)
        {
            var outcome = batch.Outcomes[i];
            if (_ended[i] is { } task)
            {
                task.LeftRunning = outcome.LeftRunning;
                task.Complete(outcome.Kind, payload[..outcome.Length], owner.Serializer);
            }
            payload = payload[outcome.Length..];
        }
    }
}
