using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansAsync.Coordination.Protocol;
using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>
/// A session of this process with a primitive of the cluster. Calls gather in an outbox, in order; a pump sends what has gathered whenever its last
/// batch was answered, and a poll brings the answers that come later. Everything it waits for and holds lives as long as the session is heard of.
/// </summary>
internal sealed partial class ClusterPrimitive : Primitive
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly ClusterPrimitives _all;
    private readonly TaskOwner _owner;
    private readonly IPrimitiveGrain _grain;
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly Dictionary<long, Sent> _live = [];
    private readonly Queue<PrimitiveOperation> _outbox = [];
    private string _session;
    private int _generation;
    private long _lastNumber;
    private int _unanswered;
    private long _lastUsed;
    private bool _isKept;
    private bool _isClosed;
    private Exception? _refusal;

    public ClusterPrimitive(ClusterPrimitives all, TaskOwner owner, string key, string session, PrimitiveSettings settings, IPrimitiveGrain grain)
    {
        (_all, _owner, Key, _name, _session, Settings, _grain, _time) = (all, owner, key, session, session, settings, grain, owner.Time.ForUpkeep());
        _heard = _lastUsed = _time.GetTimestamp();
    }

    public string Key { get; }

    public PrimitiveSettings Settings { get; }

    protected override string What => PrimitiveKey.IsNamed(Key) ? $"{PrimitiveKey.ParseKind(Key)} '{PrimitiveKey.ParseName(Key)}'" : PrimitiveKey.ParseKind(Key);

    /// <summary>Notes that somebody is about to use it; false if it was let go.</summary>
    public bool TryUse()
    {
        lock (_gate)
        {
            if (_isClosed || _refusal is not null) return false;
            _lastUsed = _time.GetTimestamp();
            return true;
        }
    }

    public override void Send(PrimitiveCall call)
    {
        // What is held is the task's, even if a block of it asked.
        var task = ClusterLoop.Current?.Root;
        var sent = new Sent(this, call, task is { IsTask: true } ? task : null, new PrimitiveOperation(
            call.Verb, call.Argument, Asker: task?.TaskId ?? _owner.Id, Items: call.Items is { } items ? [.. items.Cast<byte[]>()] : null, Part: call.Part));
        call.Carrier = sent;
        Exception? refusal;
        lock (_gate)
        {
            refusal = _refusal ?? (_isClosed ? new ObjectDisposedException(Settings.Describe(), $"The owner {_owner.Id} of this session with '{PrimitiveKey.ParseName(Key)}' was closed.") : null);
            if (refusal is null) Post(sent);
        }
        if (refusal is not null) call.TryFail(refusal);
    }

    /// <summary>Keeps the primitive for as long as a task or client may use it.</summary>
    public void BelongTo(ClusterLoop creator)
    {
        lock (_gate)
        {
            _isKept = true;
            EnsureTimer();
        }
        // A client keeps its own until it is closed.
        if (creator.IsTask) creator.TryBind(new Ownership(this));
    }

    /// <summary>Gives back all there is and ends the session; it waits until the primitive knows, but not for long.</summary>
    public async Task CloseAsync()
    {
        Sent[] live;
        lock (_gate) live = [.. _live.Values];
        foreach (var sent in live) Withdraw(sent.Call);
        using var limit = new CancellationTokenSource(CloseLimit, _time);
        Task pumped;
        lock (_gate)
        {
            _isClosed = true;
            pumped = _isPumping ? (_pumped ??= NewWake()).Task : Task.CompletedTask;
            _timer?.Dispose();
        }
        await pumped.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_isKept) await DeleteAsync().WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        foreach (var sent in live) sent.Call.TryFail(new ObjectDisposedException(Settings.Describe(), $"The owner {_owner.Id} was closed."));
    }

    protected override void Unsend(PrimitiveCall call)
    {
        var sent = (Sent)call.Carrier!;
        lock (_gate)
        {
            if (!TryTake(sent)) return;
            Post(new PrimitiveOperation(PrimitiveOperation.Withdraw, Target: sent.Number));
        }
    }

    protected override void OnForgotten(PrimitiveCall call)
    {
        lock (_gate) TryTake((Sent)call.Carrier!);
    }

    private bool TryTake(Sent sent)
    {
        if (!_live.Remove(sent.Number, out var same)) return false;
        if (same != sent)
        {
            // The number is another's, in a later session.
            _live.Add(sent.Number, same);
            return false;
        }
        if (!sent.IsAnswered) _unanswered--;
        sent.Task?.Unbind(sent);
        return true;
    }

    private void Post(Sent sent)
    {
        sent.Number = _lastNumber + 1;
        _live.Add(sent.Number, sent);
        _unanswered++;
        Post(WithTarget(sent));
        EnsureTimer();
    }

    // Under the gate. A target that holds nothing any more is none.
    private PrimitiveOperation WithTarget(Sent sent) =>
        sent.Call.Target?.Carrier is Sent target && _live.GetValueOrDefault(target.Number) == target ? sent.Operation with { Target = target.Number } : sent.Operation;

    private void Post(PrimitiveOperation operation)
    {
        _lastNumber++;
        _outbox.Enqueue(operation);
        EnsurePumping();
    }

    /// <summary>Deletes the primitive on its creator's behalf. If the message is lost, the primitive goes later: nobody uses it any more.</summary>
    private async Task DeleteAsync()
    {
        try
        {
            await _owner.AnswerAsync(_grain.DeleteAsync);
        }
#pragma warning disable CA1031 // whatever the network does
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotDeleted(_owner.Logger, Key, e);
        }
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A call on its way, waiting or holding.</summary>
    private sealed class Sent(ClusterPrimitive primitive, PrimitiveCall call, ClusterLoop? task, PrimitiveOperation operation) : ILoopResource
    {
        public PrimitiveCall Call => call;
        public ClusterLoop? Task => task;
        public PrimitiveOperation Operation => operation;
        public long Number { get; set; }
        public long Arrival { get; set; }
        public bool IsAnswered => Answer is not null;

        /// <summary>What is held by it.</summary>
        public PrimitiveAnswer? Answer { get; set; }

        public void OnTaskEnded(ClusterLoop ended)
        {
            if (call.OutlivesTask && ended.HasSucceeded) return;
            LogLeftHeld(primitive._owner.Logger, $"{ended.TaskId} ({ended.Name})", primitive.Settings.Describe(), PrimitiveKey.ParseName(primitive.Key));
            primitive.Withdraw(call);
            call.Lose();
        }
    }

    /// <summary>An unnamed primitive goes with the task that made it.</summary>
    private sealed class Ownership(ClusterPrimitive primitive) : ILoopResource
    {
        public void OnTaskEnded(ClusterLoop ended)
        {
            lock (primitive._gate) primitive._isKept = false;
            primitive._owner.Start(primitive.DeleteAsync);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task} has ended and still held {Primitive}, '{Name}': it is released.")]
    private static partial void LogLeftHeld(ILogger logger, string task, string primitive, string name);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Primitive {Key} was not deleted.")]
    private static partial void LogNotDeleted(ILogger logger, string key, Exception exception);
}
