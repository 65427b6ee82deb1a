using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Detached;
using OrleansAsync.Tasks.Detached.Protocol;

namespace OrleansAsync.Tasks.Introspection;

/// <summary>
/// Finds out whether a wait would never end because what is awaited waits, over however many loops, for the waiter. A task waits for those it
/// has created, which are below it in the tree of ids; so each cycle has a wait that leads out of the tree, and only such waits are followed.
/// </summary>
internal static class AwaitCycle
{
    private const int MaxTasks = 1000;
    private const int MaxSteps = 64;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    /// <summary>The wait, which fails if it turns out to be one of a cycle. For tasks that the waiter has created it is the wait itself.</summary>
    public static Task<T> Watched<T>(this ClusterLoop waiter, Task<T> wait, IAwaited awaited)
    {
        var task = waiter.Root;
        if (!task.IsTask || wait.IsCompleted || !awaited.IsBinding || awaited.AreAllOf(task)) return wait;
        var id = task.TaskId!;
        if (awaited.Unfinished.Any(place => place.Id == id))
        {
            return Task.FromException<T>(new InvalidOperationException($"Task {id} cannot await itself: it would wait for ever."));
        }
        return waiter.HasTimeLimit || !Foreign(task, awaited).Any() ? wait : WatchAsync(task, id, wait, awaited);
    }

    private static IEnumerable<AwaitedTask> Foreign(ClusterLoop task, IAwaited awaited) =>
        awaited.Unfinished.Where(place => !OwnerIds.IsWithin(place.Id, task.OwnerId)).Take(MaxTasks);

    private static async Task<T> WatchAsync<T>(ClusterLoop task, string id, Task<T> wait, IAwaited awaited)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(task.Tasks.Stopping);
        var cycle = FindAsync(task, id, awaited, stop.Token);
        if (await Task.WhenAny(wait, cycle) == cycle && cycle.IsCompletedSuccessfully) throw new InvalidOperationException(await cycle);
        await stop.CancelAsync();
        return await wait;
    }

    /// <summary>Looks for a cycle now and then, as the others may begin to wait later.</summary>
    private static async Task<string> FindAsync(ClusterLoop task, string id, IAwaited awaited, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < MaxPause ? pause * 2 : MaxPause)
        {
            // The loops are asked one after another, so a cycle may be put together from waits of different moments: a real one is there twice.
            if (await FollowAsync(task, id, awaited) is not null && await FollowAsync(task, id, awaited) is { } chain)
            {
                return $"Task {id} cannot await {chain[0]}: they would wait for ever, as {string.Join(" and ", chain.Select((waiter, at) => $"{waiter} awaits {chain.ElementAtOrDefault(at + 1) ?? id}"))}.";
            }
            await Task.Delay(pause, task.Time, cancellationToken);
        }
    }

    /// <summary>Follows what is awaited; returns the tasks from the awaited one to that which waits for the waiter.</summary>
    private static async Task<List<string>?> FollowAsync(ClusterLoop task, string id, IAwaited awaited)
    {
        var waiters = new Dictionary<string, string?>(StringComparer.Ordinal);
        List<AwaitedTask> reached = [.. Foreign(task, awaited).Where(place => waiters.TryAdd(place.Id, null))];
        for (var step = 0; step < MaxSteps && reached.Count > 0; step++)
        {
            var places = await Task.WhenAll(reached.Select(place => LocateAsync(task.Tasks, place)));
            var edges = await Task.WhenAll(places.Where(place => place?.Loop is not null).GroupBy(place => place!.Loop!).Select(loop => AskAsync(task.Tasks, loop.Key, [.. loop!])));
            reached = [];
            foreach (var edge in edges.SelectMany(edge => edge))
            {
                if (edge.Awaited.Id == id) return Chain(edge.Waiter, waiters);
                if (waiters.Count < MaxTasks && waiters.TryAdd(edge.Awaited.Id, edge.Waiter)) reached.Add(edge.Awaited);
            }
        }
        return null;
    }

    private static List<string> Chain(string last, Dictionary<string, string?> waiters)
    {
        List<string> chain = [];
        for (var at = last; at is not null; at = waiters.GetValueOrDefault(at)) chain.Insert(0, at);
        return chain;
    }

    /// <summary>Finds the loop of a detached task, of which only the id is known; null for one that runs nowhere.</summary>
    private static async Task<AwaitedTask?> LocateAsync(TaskOwner owner, AwaitedTask place)
    {
        if (place.Loop is not null || DetachedTaskId.TryParse(place.Id) is not { } detached) return place;
        try
        {
            return await owner.AnswerAsync(() => owner.Grains.GetGrain<IDetachedTasksGrain>(detached.Shard).LocateAsync(detached.Number));
        }
#pragma warning disable CA1031 // whatever the network does: the next look may see more
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private static async Task<IEnumerable<AwaitEdge>> AskAsync(TaskOwner owner, string loop, IEnumerable<AwaitedTask> tasks)
    {
        try
        {
            return await owner.AnswerAsync(() => owner.Grains.GetGrain<IEventLoopGrain>(loop).GetAwaitedAsync([.. tasks]));
        }
#pragma warning disable CA1031 // whatever the network does: the next look may see more
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }
}
