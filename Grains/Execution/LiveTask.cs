using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>A task as its loop holds it, from its submission until its outcome is written.</summary>
internal sealed class LiveTask(LoopChannel channel, string owner, in TaskStart start, ReadOnlyMemory<byte> payload)
{
    private TaskCompletionSource? _ended;

    public LoopChannel Channel => channel;
    public string Owner => owner;
    public long Serial { get; } = start.Serial;
    public long Number { get; } = start.Number;
    public int Attempt { get; } = start.Attempt;
    public string? Name { get; } = start.Name;
    public string Id => OwnerIds.Task(Owner, Number);

    /// <summary>The serialized coroutine, until it starts.</summary>
    public ReadOnlyMemory<byte> Payload { get; set; } = payload;

    /// <summary>The loop its body sees; null until it starts.</summary>
    public ClusterLoop? Loop { get; set; }

    public bool IsCanceledBeforeStart { get; private set; }

    /// <summary>Whether it was cancelled because its owner was closed; that happens once.</summary>
    public bool IsClosing { get; set; }

    public string? CancelMessage { get; private set; }
    public bool HasEnded { get; private set; }

    /// <summary>Completes when it ends. A cancel may end it at once, before anybody asked.</summary>
    public Task Ended => HasEnded ? Task.CompletedTask : (_ended ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public bool Cancel(string? message)
    {
        if (HasEnded) return false;
        if (Loop is not null) return Loop.Cancel(message);
        (IsCanceledBeforeStart, CancelMessage) = (true, message);
        return true;
    }

    public void End()
    {
        HasEnded = true;
        Loop?.End();
        _ended?.SetResult();
    }
}
