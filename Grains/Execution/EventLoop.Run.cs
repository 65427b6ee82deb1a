using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <content>The ready queue, and what becomes of a task from there on.</content>
internal sealed partial class EventLoop
{
    // Other work of the activation, messages above all, gets its turn this often.
    private static readonly TimeSpan MaxDrain = TimeSpan.FromMilliseconds(2);

    private readonly Queue<LiveTask> _ready = [];

    // Those that only let others go first, each with how many tasks had become ready by then: together with the ready ones they are one queue.
    private readonly Queue<(long Behind, TaskCompletionSource Turn)> _pauses = [];
    private long _readied;
    private bool _draining;

    private long FirstSteps => _readied - _ready.Count;

    public Task PauseAsync()
    {
        // It goes on within the turn that it is given.
        var turn = new TaskCompletionSource();
        _pauses.Enqueue((_readied, turn));
        EnsureDraining();
        return turn.Task;
    }

    private void MakeReady(LiveTask task)
    {
        _ready.Enqueue(task);
        _readied++;
        EnsureDraining();
    }

    private void EnsureDraining()
    {
        if (_draining) return;
        _draining = true;
        children.Start(DrainAsync);
    }

    /// <summary>Lets those that are ready run, for a bounded time. Those that become ready meanwhile wait for the next turn, as in an iteration of asyncio's loop.</summary>
    private async Task DrainAsync()
    {
        while (true)
        {
            var start = time.GetTimestamp();
            for (var due = _ready.Count + _pauses.Count; due > 0 && time.GetElapsedTime(start) < MaxDrain; due--) RunNext();
            if (_ready.Count + _pauses.Count == 0) break;
            await Task.Yield();
        }
        _draining = false;
    }

    private void RunNext()
    {
        if (_pauses.TryPeek(out var pause) && pause.Behind <= FirstSteps)
        {
            _pauses.Dequeue();
            pause.Turn.SetResult();
            return;
        }
        var task = _ready.Dequeue();
        // Handed back since.
        if (task.HasEnded) return;
        if (task.IsCanceledBeforeStart)
        {
            TellNeverStarted(task);
            End(task, OutcomeKind.Canceled, task.CancelMessage);
        }
        else _ = RunAsync(task);
    }

    private async Task RunAsync(LiveTask task)
    {
        Activity? activity = null;
        try
        {
            var coroutine = Read(task, out var context);
            task.Coroutine = coroutine.GetType();
            var invoker = registry.Find(coroutine.GetType()) ?? throw new UnknownCoroutineException(
                $"Task {task.Id} was not started: silo {key.Split('/')[0]} (OrleansAsync {Versions.Own}) has no body for {Versions.Describe(coroutine.GetType())}. Give AddOrleansAsync the assembly that has it.");
            if (context is { IsInExecutor: true } && !invoker.IsInExecutor) throw new InvalidOperationException(
                $"Task {task.Id} was not started: {invoker.Name} runs on its loop, not in an executor. Give {task.Coroutine.Name} to CreateTask, or derive its body from BlockingBody or ProcessBody.");
            ClusterLoop.Current = task.Loop = new ClusterLoop(children, task.Owner, task.Number, task.Attempt) { Deadline = Deadline.After(time, task.Admitted, task.TimeLeft) };
            task.Started = time.GetTimestamp();
            TaskTelemetry.OnStarted(time.GetElapsedTime(task.Admitted, task.Started));
            if (task.Name is not null) task.Loop.Name = task.Name;
            if (context?.Request is { } request)
            {
                RequestContextExtensions.Import(request);
                task.Watch = WatchOf(request);
                Tell(task.Watch, task, outcome: null);
            }
            activity = TaskTelemetry.Start(task, task.Coroutine, key, context);
            var turns = WatchTurns(task, context);
            var body = invoker.RunAsync(coroutine, task.Loop);
            turns?.Body = body;
            await body;
            if (task.IsHandedBack)
            {
                activity.Stop(OutcomeKind.HandedBack);
                EndHandedBack(task);
            }
            else if (task.HasUnseenCancel(out var message))
            {
                // asyncio, too, cancels a task that returns before its cancel could be delivered.
                activity.Stop(OutcomeKind.Canceled);
                End(task, OutcomeKind.Canceled, message);
            }
            else
            {
                // What blocks a thread cannot be cancelled: it swallows nothing.
                if (task is { Loop.IsDebug: true, HasSwallowedCancel: true } && !invoker.IsInExecutor) LogSwallowedCancel(logger, task.Describe());
                activity.Stop(OutcomeKind.Succeeded);
                EndWithResult(task, invoker, body, coroutine);
            }
        }
        catch (Exception) when (task.IsHandedBack)
        {
            activity.Stop(OutcomeKind.HandedBack);
            EndHandedBack(task);
        }
        catch (OperationCanceledException e)
        {
            // As in asyncio, a body that ends with a cancellation was cancelled, whoever caused it.
            activity.Stop(OutcomeKind.Canceled);
            End(task, OutcomeKind.Canceled, task.MessageOf(e));
        }
#pragma warning disable CA1031 // whatever a body throws is its outcome
        catch (Exception e)
#pragma warning restore CA1031
        {
            activity.Stop(OutcomeKind.Failed, e);
            // Nobody waits for a task whose owner is closed.
            if (task.IsClosing) LogFailedInCleanup(logger, task.Describe(), e);
            End(task, OutcomeKind.Failed, TaskFailure.From(e, serializer));
        }
    }

    private Coroutine Read(LiveTask task, out TaskContext? context)
    {
        try
        {
            context = task.Context is null ? null : serializer.Deserialize<TaskContext>(task.Context);
            var coroutine = serializer.Deserialize<Coroutine>(task.Payload)!;
            CoroutineWatch.OnStarted(coroutine);
            return coroutine;
        }
#pragma warning disable CA1031 // whatever a codec throws: an older silo meets a newer coroutine
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new UnknownCoroutineException($"Task {task.Id} was not started: silo {key.Split('/')[0]} (OrleansAsync {Versions.Own}) cannot read its coroutine: {e.Message} Is the assembly that has it deployed there, in the same version?", e);
        }
        finally
        {
            task.Payload = default;
            task.Context = null;
        }
    }

    private void EndWithResult(LiveTask task, CoroutineInvoker invoker, Task body, Coroutine coroutine)
    {
        if (!TryForget(task, OutcomeKind.Succeeded)) return;
        try
        {
            task.Channel.Add(task.Serial, OutcomeKind.Succeeded, task.Loop!.LeftRunning, (invoker, body, serializer), static (state, writer) =>
                state.invoker.WriteResult(state.body, state.serializer, writer));
        }
#pragma warning disable CA1031 // whatever a codec throws: a result that cannot travel is the failure of its task, never a hang
        catch (Exception e)
#pragma warning restore CA1031
        {
            Report(task, OutcomeKind.Failed, TaskFailure.From(
                new UnserializableException($"Task {task.Id} ({coroutine.GetType()}) has ended, but its result cannot be serialized: {e.Message} Give the result's type [GenerateSerializer] and [Alias]."), serializer));
        }
    }

    private void End<T>(LiveTask task, OutcomeKind kind, T outcome)
    {
        if (TryForget(task, kind)) Report(task, kind, outcome);
    }

    /// <summary>Ends the task; false if it was reported before its body ended.</summary>
    private bool TryForget(LiveTask task, OutcomeKind kind, bool isOver = true)
    {
        if (task.Loop is { } loop && !task.HasEnded) loop.HasSucceeded = kind == OutcomeKind.Succeeded;
        if (!task.TryEnd(isOver)) return false;
        _live--;
        if (task.IsWatched) _watched--;
        TaskTelemetry.OnEnded(task.Coroutine, kind, task.Started == 0 ? TimeSpan.Zero : time.GetElapsedTime(task.Started));
        Tell(task.Watch, task, kind);
        if (task.Loop is { Created: not null } creator) CoroutineWatch.OnEnded(creator);
        task.Channel.Live.Remove(task.Serial);
        _order.OnEnded(task);
        if (task is { IsOrphan: true, Loop.LeftRunning: true }) CancelChildren(task);
        return true;
    }

    private void Report<T>(LiveTask task, OutcomeKind kind, T outcome) =>
        task.Channel.Add(task.Serial, kind, task.Loop?.LeftRunning ?? false, (outcome, serializer), static (state, writer) =>
            state.serializer.Serialize(state.outcome, writer));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task} was cancelled and ended as if it were not: its body, or what it awaits, caught the cancellation. Throw it on after the cleanup, or call Uncancel if it is meant.")]
    private static partial void LogSwallowedCancel(ILogger logger, string task);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task} failed in its cleanup, after its run, or its owner, had ended.")]
    private static partial void LogFailedInCleanup(ILogger logger, string task, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task} was still running when its run, or its owner, ended; it is cancelled.")]
    private static partial void LogLeftRunning(ILogger logger, string task);
}
