using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <content>The loop as a picture: who is ready, who waits for what, which timers run. Made when somebody asks, from what is there anyway.</content>
internal sealed partial class EventLoop
{
    private const int MaxShown = 100;
    // Of more tasks nobody sees a picture: what is said of each is said of the oldest.
    private const int MaxLooked = 1000;

    public LoopPicture Watch(LoopWatch request)
    {
        if (request.Lease > TimeSpan.Zero) Trace(request.Lease);
        var turns = ReadTurns(request.After, Math.Clamp(request.MaxTurns, 0, TurnTrace.DefaultCapacity));
        var (info, now) = (GetInfo(), time.GetUtcNow());
        var limit = Math.Clamp(request.MaxTasks, 0, MaxShown);
        if (limit == 0) return new(info, now, [], info.Pending, [], info.Live - info.Pending, [], 0, turns);

        List<LoopTask> ready = [.. _ready.Where(task => !task.HasEnded).Take(limit).Select(task => new LoopTask(task.Id, NameOf(task), CoroutineOf(task), true, []))];
        List<LoopTask> waiting = [];
        List<LoopTimer> timers = [];
        var resumed = 0;
        foreach (var task in _order.After(0).Take(MaxLooked).Where(task => task.Loop is not null))
        {
            IAwaited?[] waits = [.. task.Loop!.GetAllWaits()];
            timers.AddRange(waits.Where(wait => wait is { Kind: AwaitKind.Timeout, Left: not null }).Select(wait => new LoopTimer(task.Id, NameOf(task), AwaitKind.Timeout, wait!.Left!.Value)));
            var isReady = waits.Any(wait => wait is { HasEnded: true });
            if (isReady) resumed++;
            var shown = isReady ? ready : waiting;
            if (shown.Count < limit) shown.Add(new(task.Id, NameOf(task), CoroutineOf(task), false, [.. waits.Select(LoopWait.Of)]));
        }
        var (nearest, sleepers) = children.Timers!.GetNearest(limit);
        var timeouts = timers.Count;
        timers.AddRange(nearest.Select(sleeper => new LoopTimer(sleeper.Waiter.TaskId ?? "", sleeper.Waiter.Name, AwaitKind.Sleep, sleeper.Left ?? TimeSpan.MaxValue)));
        return new(
            info, now, [.. ready], info.Pending + resumed, [.. waiting], info.Live - info.Pending - resumed,
            [.. timers.OrderBy(timer => timer.Left).Take(limit)], sleepers + timeouts, turns);
    }
}
