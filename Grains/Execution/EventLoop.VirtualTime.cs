namespace OrleansAsync.Execution;

/// <content>The loop as a part of a cluster in virtual time.</content>
internal sealed partial class EventLoop : IVirtualTimePart
{
    TaskScheduler IVirtualTimePart.Scheduler => children.Scheduler;

    string? IVirtualTimePart.FindActivity(IVirtualTime virtualTime)
    {
        if (_orphaned.Count > 0) return $"loop {key} cancels what ended tasks left running";
        foreach (var task in _channels.Values.SelectMany(channel => channel.Live.Values))
        {
            // One that has not started is in the queue of turns.
            if (task.Loop is { } running && !virtualTime.IsWaiting(running)) return $"task {task.Describe()} awaits something other than time and tasks";
        }
        return children.FindActivity();
    }

    TimeSpan? IVirtualTimePart.UntilLeaseEnds(Func<string, bool> isSilent)
    {
        TimeSpan? next = null;
        foreach (var channel in _channels.Values.Where(channel => isSilent(channel.Sender)))
        {
            // It ends when more than the lease has passed.
            var left = options.ChannelLease - time.GetElapsedTime(channel.LastHeard) + new TimeSpan(1);
            if (next is null || left < next) next = left;
        }
        return next;
    }

    void IVirtualTimePart.RenewLeases(Func<string, bool> isSilent, TimeSpan later)
    {
        var heard = time.GetTimestamp() + (long)(later.TotalSeconds * time.TimestampFrequency);
        foreach (var channel in _channels.Values.Where(channel => !isSilent(channel.Sender))) channel.LastHeard = heard;
    }

    void IVirtualTimePart.EndLeases() => ExpireLeases();
}
