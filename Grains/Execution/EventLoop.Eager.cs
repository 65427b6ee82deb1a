namespace OrleansAsync.Execution;

/// <content>
/// Tasks that stay on their creator's loop, without a message. Those that are eager have their first step inside the call that creates them; the others theirs after
/// the creator's turn, in the order of their creation.
/// </content>
internal sealed partial class EventLoop : ILocalLoop
{
    private LocalChannel? _local;

    public bool TryStart(OwnedTask task)
    {
        // A body may create tasks off its turns, where this loop must not be touched; a loop that ends or is full does what it does with others.
        if (TaskScheduler.Current != children.Scheduler || _isStopped || _isLeaving || _live >= options.MaxLiveTasks) return false;
        if (IsStale(task.Owner.OwnerId) || OwnerIds.IsWithin(task.Owner.OwnerId, _closed)) return false;
        if (_local is null) _channels.Add(key, _local = new LocalChannel(key, children));
        if (_local.Take(task) is not { } taken) return true;
        var live = new LiveTask(_local, task.Owner.OwnerId, taken.Start, taken.Coroutine, taken.Context, time.GetTimestamp());
        _live++;
        TaskTelemetry.OnCreated();
        _local.Live.Add(live.Serial, live);
        _order.Add(live);
        if (task.Options.Eager) _ = RunAsync(live);
        else MakeReady(live);
        return true;
    }
}
