using Microsoft.Extensions.Logging;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Storage;
using OrleansAsync.Tasks.Detached.Protocol;

namespace OrleansAsync.Tasks.Detached;

/// <content>The tasks from their start until their outcome is in the store.</content>
internal sealed partial class DetachedTasksGrain
{
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_table is null || _isSuperseded) return;
        try
        {
            // The loops of a silo that shuts down have handed back what they had; what has ended is being stored.
            var unplaced = _runs.Values.Where(run => run is { IsCompleted: false, IsUnplaced: true }).Select(_table.HandBackAsync);
            await Task.WhenAll([.. unplaced, .. _runs.Values.Where(run => run.IsCompleted).Select(run => run.Stored.Task)]).WaitAsync(cancellationToken);
        }
#pragma warning disable CA1031 // what is not noted counts as lost by whoever takes the shard over
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotHandedBack(logger, _loop.OwnerId, e);
        }
    }

    public void Dispose()
    {
        _watched?.Dispose();
        _owner?.Abandon();
        _reminding.Dispose();
    }

    // Called in a turn: the owner's channels work on this activation's scheduler.
    void ITaskObserver.OnEnded(OwnedTask task) => _ = StoreOutcomeAsync((DetachedRun)task);

    private async Task ResumeAsync(List<DetachedRow> rows)
    {
        if (rows.Count == 0) return;
        LogResumed(logger, _loop.OwnerId, rows.Count);
        // First what may fail: what is marked as running counts as lost if this activation does not come about.
        await EnsureReminderAsync();
        if (!await _table!.MarkRunningAsync())
        {
            Supersede();
            return;
        }
        foreach (var row in rows) Run(row);
    }

    private void Run(DetachedRow row)
    {
        var run = new DetachedRun(_loop, row with { Name = row.Name ?? OwnerIds.Task(_loop.OwnerId, row.Number) });
        _runs.Add(row.Number, run);
        run.Observe(this);
        // Lost while it was cancelled, it is not started again.
        if (row.Cancel is not null) run.Cancel(serializer.Deserialize<string?>(row.Cancel));
        else if (row.IsAtMostOnce && row.Attempt > 0) run.Fail(new TaskLostException($"Task {run.Id} was lost with its silo and has OnLoss = Fail, so it was not started again."));
        else if (row.Losses > row.MaxRestarts) run.Fail(new TaskLostException($"Task {run.Id} was lost with its silo and had been restarted {row.MaxRestarts} times, its MaxRestarts."));
        else _owner.Submit(run);
    }

    private async Task StoreOutcomeAsync(DetachedRun run)
    {
        var (kind, payload) = run.GetOutcome(serializer);
        while (!_owner.IsAbandoned)
        {
            try
            {
                if (!await _table!.EndAsync(run, kind, payload)) Supersede();
                break;
            }
            catch (StoreUnitException e)
            {
                // Such as one larger than the database takes: that is the task's outcome then, rather than a wait without end.
                LogNotStored(logger, run.Id, e);
                (kind, payload) = (OutcomeKind.Failed, serializer.SerializeToArray(TaskFailure.From(
                    new UnserializableException($"Task {run.Id} has ended, but its outcome of {payload.Length} bytes cannot be stored: {e.Message}"), serializer)));
            }
#pragma warning disable CA1031 // the store cannot be reached, for whatever reason: without it nobody would ever see the outcome
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogNotStored(logger, run.Id, e);
                await Task.Delay(StorePause, time.ForUpkeep());
            }
        }
        _runs.Remove(run.Number);
        run.Stored.TrySetResult();
    }

    /// <summary>Another activation drives the shard: whatever this one does from here on does not count.</summary>
    private DetachedAnswer Supersede()
    {
        if (!_isSuperseded)
        {
            _isSuperseded = true;
            LogSuperseded(logger, _loop.OwnerId);
            _owner.Abandon();
            foreach (var run in _runs.Values) run.Stored.TrySetResult();
            DeactivateOnIdle();
        }
        return new(DetachedStatus.Superseded);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard} of the detached tasks starts {Count} tasks again.")]
    private static partial void LogResumed(ILogger logger, string shard, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} of the detached tasks is driven by another activation; leaving it.")]
    private static partial void LogSuperseded(ILogger logger, string shard);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outcome of detached task {Task} could not be stored.")]
    private static partial void LogNotStored(ILogger logger, string task, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} of the detached tasks could not note what its silo hands back; it will count as lost.")]
    private static partial void LogNotHandedBack(ILogger logger, string shard, Exception exception);
}
