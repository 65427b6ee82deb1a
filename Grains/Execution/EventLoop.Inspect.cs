using System.Collections.Immutable;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <content>What can be seen of the tasks from outside.</content>
internal sealed partial class EventLoop
{
    private const int MaxPage = 1000;
    private const int MaxEdges = 4096;

    private readonly LiveTaskOrder _order = new();

    // Cancels by id: a repeated message must not count as another request.
    private readonly Dictionary<Guid, (LiveTask Task, long Since)> _requests = [];

    public TaskPage List(TaskQuery query)
    {
        var limit = Math.Clamp(query.Limit, 1, MaxPage);
        List<LiveTask> found = [];
        var hasMore = false;
        foreach (var task in _order.After(query.After))
        {
            if (query.Within is { } top && !IsWithin(task, top)) continue;
            if (hasMore = found.Count == limit) break;
            found.Add(task);
        }
        return new([.. found.Select(task => Describe(task, query.MaxAwaited))], hasMore ? found[^1].Order : null, _live);
    }

    public ImmutableArray<AwaitEdge> GetAwaited(ImmutableArray<AwaitedTask> tasks) =>
    [
        .. (from place in tasks
            let task = place.Sender is null ? null : _channels.GetValueOrDefault(place.Sender)?.Live.GetValueOrDefault(place.Serial)
            where task?.Loop is not null && task.Id == place.Id
            from wait in task!.Loop!.GetBindingWaits()
            from awaited in wait.Unfinished
            select new AwaitEdge(place.Id, awaited)).Take(MaxEdges),
    ];

    public async Task<CancelByIdReply> CancelByIdAsync(CancelById request)
    {
        if (!_requests.TryGetValue(request.Request, out var known))
        {
            if (Find(request.Id) is not { } found) return CancelByIdReply.NotHere;
            _requests.Add(request.Request, known = (found, time.GetTimestamp()));
            found.Cancel(request.Message);
        }
        if (request.Wait > TimeSpan.Zero)
        {
            await known.Task.Ended.WaitAsync(request.Wait < Slice ? request.Wait : Slice, time)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        return known.Task.HasEnded ? CancelByIdReply.Ended : CancelByIdReply.Requested;
    }

    public ClusterLoopInfo GetInfo()
    {
        // A loop that is behind shows it by the task that has waited longest, before the next measurement.
        var waited = _ready.TryPeek(out var next) ? time.GetElapsedTime(next.Admitted) : TimeSpan.Zero;
        return new(key, EventLoopKey.Endpoint(key), _live, Math.Min(_ready.Count, _live), _order.Last, waited > Lag ? waited : Lag, _isLeaving);
    }

    private LiveTask? Find(string id)
    {
        var dot = id.LastIndexOf('.');
        if (dot < 0 || !long.TryParse(id.AsSpan(dot + 1), out var number)) return null;
        return _order.After(0).FirstOrDefault(task => task.Number == number && id.AsSpan(0, dot).SequenceEqual(task.Owner));
    }

    private static bool IsWithin(LiveTask task, string top) => OwnerIds.IsWithin(task.Owner, top) || task.Id == top;

    private ClusterTaskInfo Describe(LiveTask task, int maxAwaited)
    {
        var (creator, _) = OwnerIds.Split(task.Owner);
        return new(
            task.Id, creator.Contains('.') ? creator : null, NameOf(task), CoroutineOf(task),
            task.IsCanceledBeforeStart || task.Loop is { Cancelling: > 0 } ? ClusterTaskState.Cancelling : task.Loop is null ? ClusterTaskState.Pending : ClusterTaskState.Running,
            key, EventLoopKey.Endpoint(key), time.GetElapsedTime(task.Admitted), task.Attempt,
            [.. task.Loop?.GetAllWaits().Select(wait => Describe(wait, maxAwaited)) ?? []]);
    }

    private static ClusterTaskWait Describe(IAwaited? wait, int maxAwaited) =>
        wait is null ? new(AwaitKind.Other, [], 0) : new(wait.Kind, [.. wait.Unfinished.Take(maxAwaited).Select(place => place.Id)], wait.Count, wait.What);

    private static string NameOf(LiveTask task) => task.Loop?.Name ?? task.Name ?? $"Task-{task.Number}";

    private string CoroutineOf(LiveTask task)
    {
        if (task.Coroutine is { } type) return CoroutineName.Of(type);
        try
        {
            var coroutine = serializer.Deserialize<Coroutine>(task.Payload)!;
            CoroutineWatch.OnStarted(coroutine);
            return CoroutineName.Of(coroutine.GetType());
        }
#pragma warning disable CA1031 // whatever a codec throws: the task will fail with it, a listing must not
        catch (Exception)
#pragma warning restore CA1031
        {
            return "?";
        }
    }
}
