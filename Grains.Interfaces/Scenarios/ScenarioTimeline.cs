using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Queues;

namespace OrleansAsync.Scenarios;

/// <summary>Tells the client of the starts and ends of a run's tasks. It travels as the context of tasks does, to each that is created.</summary>
/// <param name="Tasks">Where they go; as none waits for that, one that comes late or is lost is missing in a picture, and holds up nothing.</param>
/// <param name="Start">When the run began.</param>
[GenerateSerializer, Immutable, Alias(ScenarioAliases.ScenarioTimeline)]
internal sealed record ScenarioTimeline([property: Id(0)] ClusterQueue<ScenarioTask> Tasks, [property: Id(1)] DateTimeOffset Start) : ITaskWatch
{
    /// <inheritdoc/>
    public void OnChanged(TaskOwner loop, TaskMoment moment)
    {
        // Its silo shuts down: it starts again elsewhere, and has not ended.
        if (moment.Outcome is OutcomeKind.HandedBack or OutcomeKind.NotStarted) return;
        var now = loop.Time.GetUtcNow() - Start;
        var started = now - moment.Ran;
        var current = ClusterLoop.Current;
        // The loop's call, not the task's.
        ClusterLoop.Current = loop.Loop;
        try
        {
            _ = PutAsync(new ScenarioTask(
                OwnerIds.WithoutAttempts(moment.Id), moment.Attempt, moment.Name, moment.Coroutine, moment.Loop, (started ?? now) - moment.Queued, started, moment.Outcome is null ? null : now, moment.Outcome));
        }
        finally
        {
            ClusterLoop.Current = current;
        }
    }

    private async Task PutAsync(ScenarioTask task)
    {
        try
        {
            await Tasks.PutAsync(task);
        }
#pragma warning disable CA1031 // whatever a queue throws: it is a picture that lacks a task, not the task that failed
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
