using OrleansAsync.Queues;

namespace OrleansAsync.Scenarios;

/// <summary>Follows the tasks of one run, as their loops tell of them.</summary>
internal sealed class TaskFeed
{
    // Beyond it a task that is not heard of was lost with its silo.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Action<ScenarioTask> _onTask;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _running = [];
    private readonly Task _reading;
    private TaskCompletionSource? _quiet;

    /// <summary>Begins to follow.</summary>
    /// <param name="queue">Where the run tells of its tasks.</param>
    /// <param name="onTask">Is given the start and the end of each.</param>
    public TaskFeed(ClusterQueue<ScenarioTask> queue, Action<ScenarioTask> onTask)
    {
        (Queue, _onTask) = (queue, onTask);
        _reading = ReadAsync();
    }

    /// <summary>Gets what the run is given.</summary>
    public ClusterQueue<ScenarioTask> Queue { get; }

    /// <summary>Waits, once the run has ended, for the ends of its tasks that are still on their way, and closes the queue.</summary>
    public async Task EndAsync()
    {
        Task quiet;
        lock (_gate) quiet = _running.Count == 0 ? Task.CompletedTask : (_quiet = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        await Task.WhenAny(quiet, _reading, Task.Delay(Patience));
        await Queue.ShutdownAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (var task in Queue.GetAllAsync(prefetch: 100))
            {
                _onTask(task);
                lock (_gate)
                {
                    if (task.Ended is null) _running.Add(task.Task);
                    else _running.Remove(task.Task);
                    if (_running.Count == 0) _quiet?.TrySetResult();
                }
            }
        }
        catch (QueueLostException)
        {
            // It was in the memory of a silo that is gone: the picture stays as it is, the run goes on.
        }
    }
}
