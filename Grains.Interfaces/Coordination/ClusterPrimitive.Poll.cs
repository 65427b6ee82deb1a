using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Coordination;

/// <content>Brings answers back, for as long as requests wait.</content>
internal sealed partial class ClusterPrimitive
{
    private static readonly TimeSpan PollLimit = TimeSpan.FromSeconds(16);

    private long _acknowledged;
    private bool _isPolling;

    private void EnsurePolling()
    {
        lock (_gate)
        {
            if (_isPolling || !CanPoll) return;
            _isPolling = true;
        }
        _owner.Start(PollAsync);
    }

    private bool CanPoll => _unanswered > 0 && _epoch != 0 && _restored is null && _refusal is null && !_isClosed;

    private async Task PollAsync()
    {
        try
        {
            while (true)
            {
                PrimitivePoll poll;
                lock (_gate)
                {
                    if (!CanPoll)
                    {
                        _isPolling = false;
                        return;
                    }
                    poll = new(_session, _epoch, _acknowledged);
                }
                var sent = _time.GetTimestamp();
                try
                {
                    var reply = await _owner.AnswerAsync(() => _grain.PollAsync(poll)).WaitAsync(PollLimit, _time, _owner.Stopping);
                    if (!Apply(poll, reply, sent)) return;
                }
#pragma warning disable CA1031 // timeout, rejection, lost silo or lost gateway: all messages may be repeated
                catch (Exception e) when (!_owner.Stopping.IsCancellationRequested)
#pragma warning restore CA1031
                {
                    LogRepeat(_owner.Logger, Key, e);
                    await _owner.PauseAsync(TimeSpan.FromMilliseconds(100), _owner.Stopping);
                }
            }
        }
        catch (OperationCanceledException) when (_owner.Stopping.IsCancellationRequested)
        {
            // the owner is closing
        }
    }

    /// <summary>Applies what was answered; false if polling ends.</summary>
    private bool Apply(PrimitivePoll poll, PrimitiveReply reply, long sent)
    {
        lock (_gate)
        {
            // Of a session, or an activation, that is no more.
            if (poll.Session != _session || poll.Epoch != _epoch) return true;
            if (reply.Status != PrimitiveStatus.Ok)
            {
                // The pump asks, settles it, and polls again.
                _isPolling = false;
                _mustTalk = true;
                EnsurePumping();
                return false;
            }
            if (sent > _heard) _heard = sent;
        }
        Take(reply, poll);
        return true;
    }

    /// <summary>Hands answers to their calls. They come again until they are acknowledged.</summary>
    private void Take(PrimitiveReply reply, PrimitivePoll? poll = null)
    {
        if (reply.Answers.IsDefaultOrEmpty) return;
        List<(PrimitiveCall Call, Answer Answer)> answered = new(reply.Answers.Length);
        List<PrimitiveCall>? unwanted = null;
        lock (_gate)
        {
            // The session, or its activation, became another one meanwhile.
            if (poll is not null && (poll.Session != _session || poll.Epoch != _epoch)) return;
            _acknowledged = Math.Max(_acknowledged, reply.FirstAnswer + reply.Answers.Length - 1);
            foreach (var answer in reply.Answers)
            {
                // Withdrawn meanwhile, or heard before.
                if (!_live.TryGetValue(answer.Number, out var sent) || sent.IsAnswered) continue;
                // A session that has expired holds nothing: it is asked again.
                if (reply.Status == PrimitiveStatus.Expired && answer.IsHeld) continue;
                _unanswered--;
                if (answer.IsHeld)
                {
                    sent.Answer = answer;
                    OnHeld(sent.Call);
                    // Its task has ended without waiting for it.
                    if (sent.Task?.TryBind(sent) == false) (unwanted ??= []).Add(sent.Call);
                }
                else _live.Remove(answer.Number);
                answered.Add((sent.Call, answer.ToAnswer()));
            }
        }
        foreach (var (call, answer) in answered) call.TrySetAnswer(answer);
        foreach (var call in unwanted ?? []) Withdraw(call);
    }
}
