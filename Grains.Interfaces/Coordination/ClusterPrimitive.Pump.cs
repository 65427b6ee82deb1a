using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Coordination;

/// <content>Sends what has gathered, and keeps the session alive.</content>
internal sealed partial class ClusterPrimitive
{
    private const int MaxOperations = 1024;
    private const int MaxBytes = 512 * 1024;

    // Beyond the time that a call may take anyway: Orleans answers late, or never through a gateway that is gone.
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(1);

    // An unnamed primitive lives while its creator is heard of this often, even if nobody waits for it or holds it.
    private static readonly TimeSpan KeepPeriod = TimeSpan.FromMinutes(2);

    private long _epoch;
    private long _applied;
    private bool _isPumping;
    private bool _mustTalk;
    private ImmutableArray<RestoredCall>? _restored;
    private TaskCompletionSource? _pumped;
    private TimeSpan _lease = TimeSpan.FromSeconds(15);
    private long _heard;
    private ITimer? _timer;

    // Under the gate.
    private void EnsurePumping()
    {
        if (_isPumping || _isClosed) return;
        _isPumping = true;
        _owner.Start(PumpAsync);
    }

    private async Task PumpAsync()
    {
        try
        {
            for (var pause = TimeSpan.FromMilliseconds(50); NextBatch() is { } batch;)
            {
                var sent = _time.GetTimestamp();
                try
                {
                    var reply = await _owner.AnswerAsync(() => _grain.SendAsync(batch)).WaitAsync(CallLimit, _time, _owner.Stopping);
                    if (Apply(batch, reply, sent))
                    {
                        pause = TimeSpan.FromMilliseconds(50);
                        continue;
                    }
                }
#pragma warning disable CA1031 // timeout, rejection, lost silo or lost gateway: all messages may be repeated
                catch (Exception e) when (!_owner.Stopping.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    LogRepeat(_owner.Logger, Key, e);
                }
                await _owner.PauseAsync(pause, _owner.Stopping);
                pause = pause < MaxPause ? pause * 2 : MaxPause;
            }
        }
        catch (OperationCanceledException) when (_owner.Stopping.IsCancellationRequested)
        {
            // the owner is closing
        }
    }

    /// <summary>Takes the head of the outbox, which stays there until it is known to have arrived; null, and the pump ends, when there is nothing to say.</summary>
    private PrimitiveBatch? NextBatch()
    {
        lock (_gate)
        {
            if (_refusal is not null || (_outbox.Count == 0 && !_mustTalk && _restored is null))
            {
                _isPumping = false;
                _pumped?.TrySetResult();
                return null;
            }
            _mustTalk = false;
            var operations = ImmutableArray.CreateBuilder<PrimitiveOperation>(Math.Min(_outbox.Count, MaxOperations));
            var bytes = 0;
            foreach (var operation in _outbox)
            {
                if (operations.Count == MaxOperations || bytes > MaxBytes) break;
                operations.Add(operation);
                foreach (var item in operation.Items ?? []) bytes += item.Length;
            }
            return new PrimitiveBatch(
                _session, _epoch, _applied + 1, operations.DrainToImmutable(), _acknowledged, _epoch == 0 || _restored is not null ? Settings : null, _restored);
        }
    }

    /// <summary>Applies what was answered; false if it is to be asked again a little later.</summary>
    private bool Apply(PrimitiveBatch batch, PrimitiveReply reply, long sent)
    {
        switch (reply.Status)
        {
            case PrimitiveStatus.Ok:
                lock (_gate)
                {
                    (_epoch, _restored) = (reply.Epoch, null);
                    if (_lease != reply.Lease)
                    {
                        _lease = reply.Lease;
                        _timer?.Change(TickPeriod, TickPeriod);
                    }
                    if (sent > _heard) _heard = sent;
                    if (reply.FirstArrival > 0) NoteArrivals(batch, reply.FirstArrival);
                    for (; _applied < reply.Applied && _outbox.Count > 0; _applied++) _outbox.Dequeue();
                }
                Take(reply);
                EnsurePolling();
                return true;
            case PrimitiveStatus.OtherEpoch:
                Restore(reply.Epoch);
                return true;
            case PrimitiveStatus.Expired:
                Take(reply);
                Renew(reply.Applied);
                return true;
            case PrimitiveStatus.Refused:
                Refuse(new InvalidOperationException(reply.Error));
                return true;
            default:
                return false;
        }
    }

    private void NoteArrivals(PrimitiveBatch batch, long first)
    {
        for (var i = 0; i < batch.Operations.Length; i++)
        {
            if (_live.TryGetValue(batch.First + i, out var sent)) sent.Arrival = first + i;
        }
    }

    /// <summary>The activation was lost, or has left: the next one is told what this session held and waited for.</summary>
    private void Restore(long epoch)
    {
        lock (_gate)
        {
            (_epoch, _acknowledged, _applied) = (epoch, 0, _lastNumber);
            _outbox.Clear();
            // What was withdrawn meanwhile is not told of, so the withdrawals need not be.
            _restored = [.. _live.Values.OrderBy(sent => sent.Number).Select(sent => new RestoredCall(sent.Number, WithTarget(sent), sent.Arrival, sent.Answer))];
        }
    }

    /// <summary>The primitive has given back all that this session held. What waited is asked again, in a new one.</summary>
    private void Renew(long applied)
    {
        List<Sent> lost;
        lock (_gate)
        {
            lost = [.. _live.Values.Where(sent => sent.IsAnswered)];
            var waiting = _live.Values.Where(sent => !sent.IsAnswered).OrderBy(sent => sent.Number).ToArray();
            if (lost.Count > 0) LogExpired(_owner.Logger, Key, lost.Count);
            _session = string.Create(null, $"{_name}.{++_generation}");
            (_epoch, _applied, _lastNumber, _acknowledged, _restored, _unanswered) = (0, 0, 0, 0, null, 0);
            _outbox.Clear();
            _live.Clear();
            foreach (var sent in waiting) Post(sent);
        }
        foreach (var sent in lost) Lose(sent);
    }

    /// <summary>Ends the session for good: repeating its messages would never help.</summary>
    private void Refuse(InvalidOperationException reason)
    {
        Sent[] all;
        lock (_gate)
        {
            _refusal = reason;
            all = [.. _live.Values];
            _live.Clear();
            _outbox.Clear();
            _unanswered = 0;
            _timer?.Dispose();
        }
        _all.Remove(this);
        foreach (var sent in all)
        {
            if (sent.IsAnswered) Lose(sent);
            else sent.Call.TryFail(reason);
        }
    }

    private void Lose(Sent sent)
    {
        sent.Task?.Unbind(sent);
        OnLost(sent.Call);
    }

    // Under the gate.
    private void EnsureTimer()
    {
        if (_timer is not null || _isClosed) return;
        using var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        _timer = _time.CreateTimer(static state => ((ClusterPrimitive)state!).Tick(), this, TickPeriod, TickPeriod);
    }

    private TimeSpan TickPeriod => _lease / 15;

    /// <summary>Lets the session be heard of in time; and if it was not, takes it that its holds are others' before the primitive does.</summary>
    private void Tick()
    {
        List<Sent> lost = [];
        var isIdle = false;
        lock (_gate)
        {
            if (_isClosed || _refusal is not null) return;
            var silence = _time.GetElapsedTime(_heard);
            if (silence > _lease * 0.9)
            {
                lost = [.. _live.Values.Where(sent => sent.IsAnswered)];
                foreach (var sent in lost)
                {
                    _live.Remove(sent.Number);
                    Post(new PrimitiveOperation(PrimitiveOperation.Withdraw, Target: sent.Number));
                }
            }
            if (_live.Count > 0 ? silence > _lease / 3 : _isKept && silence > KeepPeriod)
            {
                _mustTalk = true;
                EnsurePumping();
            }
            else if (_live.Count == 0 && !_isKept && !_isPumping && _time.GetElapsedTime(_lastUsed) > IdleTime)
            {
                (isIdle, _isClosed) = (true, true);
                _timer?.Dispose();
            }
        }
        if (lost.Count > 0) LogUnheard(_owner.Logger, Key, lost.Count);
        foreach (var sent in lost) Lose(sent);
        if (isIdle) _all.Remove(this);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A message to primitive {Key} was not answered; repeating it.")]
    private static partial void LogRepeat(ILogger logger, string key, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The lease at primitive {Key} has expired; {Count} holds are lost.")]
    private static partial void LogExpired(ILogger logger, string key, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Primitive {Key} did not answer within the lease; {Count} holds count as lost.")]
    private static partial void LogUnheard(ILogger logger, string key, int count);
}
