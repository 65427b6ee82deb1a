using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>
/// An event loop: channels in, a ready queue, running bodies, outcomes out. Everything here happens in turns of one activation, so nothing
/// is locked; after every await, all of it may have changed.
/// </summary>
internal sealed partial class EventLoop(
    string key, CoroutineRegistry registry, TaskOwner children, Serializer serializer, TimeProvider time, EventLoopOptions options, ILogger logger)
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, LoopChannel> _channels = [];

    // Owners whose tasks are cancelled for good, and since when: a start that was on its way must not slip through.
    private readonly Dictionary<string, long> _closed = [];

    // The highest attempt seen of tasks that were restarted and own others.
    private readonly Dictionary<string, int> _attempts = [];
    // Senders whose lease has expired: a late copy of the message that opened their channel must not open it again.
    private readonly Dictionary<string, long> _expired = [];
    private int _live;
    private bool _isStopped;

    public string Incarnation { get; } = Guid.NewGuid().ToString("N")[..12];

    public int LiveCount => _live;

    /// <summary>How long work for this loop lately had to wait for its turn.</summary>
    public TimeSpan Lag
    {
        get;
        set
        {
            field = value;
            TaskTelemetry.OnLag(key, value);
        }
    }

    public ChannelOpened Open(OpenChannel request)
    {
        // Nothing was submitted, so nothing is lost: the sender looks for another loop.
        if (_isStopped) return new ChannelOpened(ChannelStatus.WrongIncarnation, Incarnation, null, options.ChannelLease);
        if (_isLeaving) return new ChannelOpened(ChannelStatus.Leaving, Incarnation, null, options.ChannelLease);
        if (_expired.ContainsKey(request.Sender)) return new ChannelOpened(ChannelStatus.Expired, Incarnation, null, options.ChannelLease);
        if (!_channels.TryGetValue(request.Sender, out var channel))
        {
            _channels.Add(request.Sender, channel = new LoopChannel(request.Sender, request.IsLoop ? null : options.MaxLiveTasksPerClient));
        }
        channel.LastHeard = time.GetTimestamp();
        return new ChannelOpened(ChannelStatus.Ok, Incarnation, channel.Window, options.ChannelLease);
    }

    public SubmitReply Submit(SubmitBatch batch)
    {
        if (Find(batch.Incarnation, batch.Sender, out var status) is not { } channel) return new SubmitReply(status, []);
        // A repeated batch gets the answer of the first; an even older copy is nobody's any more.
        if (batch.Sequence <= channel.LastSequence) return channel.LastReply!;
        if (!_isLeaving && channel.Live.Count + batch.Starts.Length > channel.Window) return new SubmitReply(ChannelStatus.WindowExceeded, []);
        var at = 0;
        foreach (var start in batch.Starts)
        {
            Admit(new LiveTask(channel, batch.Owners[start.Owner], start, batch.Payload.AsMemory(at, start.Length), start.Context == 0 ? null : batch.Contexts[start.Context - 1], time.GetTimestamp()));
            at += start.Length;
        }
        // A start and a cancel of the same task may come in one batch: it then never runs.
        var requested = ImmutableArray.CreateRange(batch.Cancels, cancel => channel.Live.TryGetValue(cancel.Serial, out var task) && task.Cancel(cancel.Message));
        return channel.Applied(batch.Sequence, new SubmitReply(ChannelStatus.Ok, requested));
    }

    public async Task<OutcomeBatch> PollAsync(PollRequest request)
    {
        if (Find(request.Incarnation, request.Sender, out var status) is not { } channel) return OutcomeBatch.Nothing(status);
        var batch = await channel.NextAsync(request.Acknowledged, Slice, time);
        if (_isStopped) return OutcomeBatch.Nothing(ChannelStatus.WrongIncarnation);
        if (!_channels.ContainsKey(request.Sender)) return OutcomeBatch.Nothing(ChannelStatus.Expired);
        return _isLeaving ? batch with { Status = ChannelStatus.Leaving } : batch;
    }

    /// <summary>Cancels what owners have here, directly or further down; returns how many are still in their cleanup after a while.</summary>
    public async Task<int> CancelOwnedAsync(ImmutableArray<string> owners)
    {
        var closed = owners.ToDictionary(owner => owner, _ => time.GetTimestamp(), StringComparer.Ordinal);
        foreach (var (owner, since) in closed) _closed[owner] = since;
        var upkeep = time.ForUpkeep();
        var waited = upkeep.GetTimestamp();
        while (true)
        {
            LiveTask[] owned = [.. _channels.Values.SelectMany(channel => channel.Live.Values).Where(task => OwnerIds.IsWithin(task.Owner, closed))];
            foreach (var task in owned.Where(task => !task.IsClosing))
            {
                task.IsClosing = true;
                if (task.Loop is { IsDebug: true }) LogLeftRunning(logger, task.Describe());
                task.Cancel(null);
            }
            var left = Slice - upkeep.GetElapsedTime(waited);
            if (owned.Length == 0 || left <= TimeSpan.Zero) return owned.Length;
            await Task.WhenAll(owned.Select(task => task.Ended)).PollAsync(left, time);
        }
    }

    /// <summary>Closes the channels of senders that were silent for longer than the lease, or are dead, and cancels their tasks.</summary>
    /// <param name="isDead">Tells of a silo that sent as an owner whether it is known to be dead; null when nobody knows.</param>
    public void ExpireLeases(Func<SiloAddress, bool>? isDead = null)
    {
        foreach (var channel in _channels.Values.ToArray())
        {
            if (channel == _local) continue;
            var reason = time.GetElapsedTime(channel.LastHeard) > options.ChannelLease ? "was silent for longer than its lease"
                : isDead is not null && OwnerIds.SiloOf(channel.Sender) is { } silo && isDead(silo) ? "is gone with its silo" : null;
            if (reason is null) continue;
            _channels.Remove(channel.Sender);
            channel.IsExpired = true;
            _expired[channel.Sender] = time.GetTimestamp();
            channel.Close();
            if (channel.Live.Count > 0) LogExpired(logger, key, channel.Sender, reason, channel.Live.Count);
            foreach (var task in channel.Live.Values.ToArray()) task.Cancel($"Its owner {channel.Sender} {reason}.");
        }
        Forget(_closed, 2 * options.ChannelLease);
        Forget(_expired, 20 * options.ChannelLease);
        foreach (var (request, _) in _requests.Where(entry => entry.Value.Task.HasEnded && time.GetElapsedTime(entry.Value.Since) > 2 * options.ChannelLease).ToArray()) _requests.Remove(request);
    }

    private void Forget(Dictionary<string, long> since, TimeSpan age)
    {
        foreach (var (key, _) in since.Where(entry => time.GetElapsedTime(entry.Value) > age).ToArray()) since.Remove(key);
    }

    /// <summary>
    /// Cancels all tasks: the activation ends. Their owners learn that the incarnation is gone and start them elsewhere; how they end here is
    /// nobody's outcome. After <see cref="LeaveAsync"/> there are none.
    /// </summary>
    public void Stop()
    {
        if (_isStopped) return;
        _isStopped = true;
        foreach (var channel in _channels.Values.ToArray())
        {
            channel.Close();
            foreach (var task in channel.Live.Values.ToArray()) task.Cancel("Its silo is shutting down.");
        }
    }

    private LoopChannel? Find(string incarnation, string sender, out ChannelStatus status)
    {
        // A channel that is not known was closed: its sender was silent for too long.
        var channel = _channels.GetValueOrDefault(sender);
        status = _isStopped || incarnation != Incarnation ? ChannelStatus.WrongIncarnation : channel is null ? ChannelStatus.Expired : ChannelStatus.Ok;
        if (status != ChannelStatus.Ok) return null;
        channel!.LastHeard = time.GetTimestamp();
        return channel;
    }

    private void Admit(LiveTask task)
    {
        if (_isLeaving)
        {
            Report<string?>(task, OutcomeKind.NotStarted, null);
            return;
        }
        if (IsStale(task.Owner) || OwnerIds.IsWithin(task.Owner, _closed))
        {
            Report(task, OutcomeKind.Canceled, "Its owner has ended.");
            return;
        }
        if (_live >= options.MaxLiveTasks)
        {
            Report(task, OutcomeKind.Failed, TaskFailure.From(
                new EventLoopOverloadedException($"Task {task.Id} was not started: loop {key} has {_live} live tasks, its MaxLiveTasks. Start fewer at a time, for instance with MapAsync."), serializer));
            return;
        }
        _live++;
        TaskTelemetry.OnCreated();
        task.Channel.Live.Add(task.Serial, task);
        _order.Add(task);
        MakeReady(task);
    }

    /// <summary>Whether the owner is, or is below, an attempt that was superseded. Seeing a higher attempt cancels what lower ones left here.</summary>
    private bool IsStale(string owner)
    {
        if (_attempts.Count == 0 && !owner.Contains('~')) return false;
        for (var end = 0; end < owner.Length; end++)
        {
            end = owner.IndexOf('.', end) is var dot and >= 0 ? dot : owner.Length;
            var (task, attempt) = OwnerIds.Split(owner[..end]);
            var highest = _attempts.GetValueOrDefault(task);
            if (attempt < highest) return true;
            if (attempt > highest) Supersede(task, attempt);
        }
        return false;
    }

    private void Supersede(string task, int attempt)
    {
        _attempts[task] = attempt;
        var newest = OwnerIds.Of(task, attempt);
        foreach (var live in _channels.Values.SelectMany(channel => channel.Live.Values).ToArray())
        {
            if (!OwnerIds.IsWithin(live.Owner, task) || OwnerIds.IsWithin(live.Owner, newest)) continue;
            live.IsOrphan = true;
            live.Cancel("Its owner was restarted.");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Loop {Loop} cancels the {Count} tasks of {Sender}, which {Reason}.")]
    private static partial void LogExpired(ILogger logger, string loop, string sender, string reason, int count);
}
