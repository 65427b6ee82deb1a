using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <content>What becomes of the tasks when the silo shuts down.</content>
internal sealed partial class EventLoop
{
    // An owner that fetches outcomes does so at once; one that does not has none to fetch, or is gone.
    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromSeconds(1);

    private bool _isLeaving;

    /// <summary>
    /// Hands the tasks back to their owners, who start them elsewhere: those that have not started at once, the others when their cleanup has
    /// ended. Tasks that may run only once go on to their end. Returns when all that is over and told, or took too long.
    /// </summary>
    public async Task LeaveAsync()
    {
        if (_isLeaving) return;
        _isLeaving = true;
        children.Executor?.Leave();
        foreach (var channel in _channels.Values) channel.Leave();
        LiveTask[] live = [.. _channels.Values.SelectMany(channel => channel.Live.Values)];
        foreach (var task in live)
        {
            if (task.IsCanceledBeforeStart) End(task, OutcomeKind.Canceled, task.CancelMessage);
            else if (task.Loop is null) End<string?>(task, OutcomeKind.NotStarted, null);
            else if (!task.IsAtMostOnce) task.HandBack();
        }
        await WaitAsync(live.Select(task => task.Ended), options.DrainTimeout);
        foreach (var task in live.Where(task => !task.HasEnded)) GiveUp(task);
        await WaitAsync(_channels.Values.Select(channel => channel.Delivered), DeliveryLimit);
    }

    private void GiveUp(LiveTask task)
    {
        if (!task.IsAtMostOnce)
        {
            EndHandedBack(task);
            return;
        }
        // Its outcome is told now, while its body still takes a cancel and cleans up.
        if (!TryForget(task, OutcomeKind.Failed, isOver: false)) return;
        Report(task, OutcomeKind.Failed, TaskFailure.From(
            new TaskLostException($"Task {task.Id} was lost: its silo shut down, the task did not end within the DrainTimeout of {options.DrainTimeout}, and it has OnLoss = Fail, so it was not started again."), serializer));
        task.Loop!.Cancel("Its silo is shutting down.");
    }

    private void EndHandedBack(LiveTask task) => End<string?>(task, OutcomeKind.HandedBack, null);

    private async Task WaitAsync(IEnumerable<Task> tasks, TimeSpan limit) => await Task.WhenAll(tasks).WaitAsync(limit, time)
        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
}
