using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Tasks.Introspection;

/// <summary>Asks all loops of the cluster. One that does not answer costs its part of the answer, and the time of one call.</summary>
internal sealed partial class LoopSurvey(ClusterLoop loop, Action<SilentLoop>? onSilent, CancellationToken cancellationToken)
{
    // A control call may get lost with a gateway; one that is lost twice is not answered.
    private const int Tries = 2;
    private const int MaxAtOnce = 64;

    private readonly TaskOwner _owner = loop.Tasks;
    private readonly HashSet<string> _silentSilos = [];

    /// <summary>The keys of all loops.</summary>
    public async Task<ImmutableArray<string>> GetKeysAsync() =>
        (await AskAsync(() => _owner.Grains.GetGrain<IEventLoopDirectoryGrain>(0).GetLoopsAsync([]))).Active;

    /// <summary>What each loop that answers says, in the order of the loops.</summary>
    public async IAsyncEnumerable<(string Loop, T Answer)> AskAllAsync<T>(Func<IEventLoopGrain, Task<T>> call)
    {
        await foreach (var answer in AskAsync(await GetKeysAsync(), (_, grain) => call(grain))) yield return answer;
    }

    /// <summary>What each of some loops says, if it answers.</summary>
    public async IAsyncEnumerable<(string Loop, T Answer)> AskAsync<T>(IEnumerable<string> loops, Func<string, IEventLoopGrain, Task<T>> call)
    {
        var asked = new Queue<(string Key, Task<T> Answer)>();
        var keys = new Queue<string>(loops);
        while (keys.Count + asked.Count > 0)
        {
            while (asked.Count < MaxAtOnce && keys.TryDequeue(out var next)) asked.Enqueue((next, AskAsync(next, grain => call(next, grain))));
            var (key, answer) = asked.Dequeue();
            if (await TryAsync(key, answer) is [var said]) yield return (key, said);
        }
    }

    /// <summary>What one loop says; <see langword="null"/> if it does not answer.</summary>
    public async Task<T?> AskOneAsync<T>(string key, Func<IEventLoopGrain, Task<T>> call)
        where T : struct => await TryAsync(key, AskAsync(key, call)) is [var said] ? said : null;

    /// <summary>All live tasks, loop by loop, page by page.</summary>
    public async IAsyncEnumerable<ClusterTaskInfo> ListAsync(string? within, int pageSize, int maxAwaited)
    {
        var query = new TaskQuery(0, pageSize, maxAwaited, within);
        await foreach (var (key, first) in AskAllAsync(grain => grain.ListTasksAsync(query)))
        {
            for (var page = first; ;)
            {
                foreach (var task in page.Tasks) yield return task;
                if (page.Next is not { } after || await TryAsync(key, AskAsync(key, grain => grain.ListTasksAsync(query with { After = after }))) is not [var next]) break;
                page = next;
            }
        }
    }

    private Task<T> AskAsync<T>(string key, Func<IEventLoopGrain, Task<T>> call) => AskAsync(() => call(_owner.Grains.GetGrain<IEventLoopGrain>(key)));

    private async Task<T> AskAsync<T>(Func<Task<T>> call)
    {
        for (var left = Tries; ;)
        {
            try
            {
                return await loop.AwaitInside(token => _owner.AnswerAsync(call).WaitAsync(token).WaitAsync(cancellationToken));
            }
            catch (ConnectionLostException) when (--left > 0)
            {
                // it was in transit with a lost gateway; another takes it
            }
        }
    }

    /// <summary>The answer, or nothing.</summary>
    private async Task<T[]> TryAsync<T>(string key, Task<T> answer)
    {
        try
        {
            return [await answer];
        }
#pragma warning disable CA1031 // timeout, rejection, lost silo, an older version: the others are shown all the same
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            var silent = new SilentLoop(key, EventLoopKey.Endpoint(key), Reason(e));
            // One line for each silo, however many loops it has.
            if (!_silentSilos.Add(silent.Silo)) return [];
            if (onSilent is null) LogSilent(_owner.Logger, silent);
            else onSilent(silent);
            return [];
        }
    }

    private static string Reason(Exception e) => e switch
    {
        TimeoutException => "no answer in time",
        OrleansException or ConnectionLostException => "its silo is gone, or cannot be reached",
        _ => $"{e.GetType().Name}: {e.Message.Split('\n')[0]}",
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "A listing of the cluster's tasks is not complete: {Silent}.")]
    private static partial void LogSilent(ILogger logger, SilentLoop silent);
}
