using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>A task as its loop holds it, from its submission until its outcome is written.</summary>
internal sealed class LiveTask(LoopChannel channel, string owner, in TaskStart start, ReadOnlyMemory<byte> payload, byte[]? context, long admitted)
{
    private TaskCompletionSource? _ended;
    private bool _wasCanceled;
    private bool _isHandingBack;
    private bool _isTakenOver;

    public LoopChannel Channel => channel;
    public string Owner => owner;
    public long Serial { get; } = start.Serial;
    public long Number { get; } = start.Number;
    public int Attempt { get; } = start.Attempt;
    public bool IsAtMostOnce { get; } = start.IsAtMostOnce;
    public string? Name { get; } = start.Name;
    public string Id => OwnerIds.Task(Owner, Number);

    /// <summary>What logs call it.</summary>
    public string Describe() => $"{Id} ({Loop?.Name ?? Name ?? $"Task-{Number}"}, {Coroutine?.Name ?? "not started"}){(CreatedAt is null ? "" : $" created at{Environment.NewLine}{CreatedAt}")}";

    /// <summary>The serialized coroutine, until it starts.</summary>
    public ReadOnlyMemory<byte> Payload { get; set; } = payload;

    /// <summary>What it takes over from its creator, serialized, until it starts.</summary>
    public byte[]? Context { get; set; } = context;

    /// <summary>When it came here.</summary>
    public long Admitted { get; } = admitted;

    /// <summary>How much of its creators' timeouts was left then.</summary>
    public TimeSpan? TimeLeft { get; } = start.TimeLeft;

    /// <summary>Counts the tasks of its loop.</summary>
    public long Order { get; set; }

    /// <summary>When its first step began; 0 until then.</summary>
    public long Started { get; set; }

    /// <summary>The type of its coroutine; null until it starts.</summary>
    public Type? Coroutine { get; set; }

    /// <summary>In debug mode, where it was created.</summary>
    public string? CreatedAt { get; set; }

    /// <summary>Whether its turns are seen one by one, as it is in debug mode or began while turns were traced.</summary>
    public bool IsWatched { get; set; }

    /// <summary>The loop its body sees; null until it starts.</summary>
    public ClusterLoop? Loop { get; set; }

    /// <summary>Whoever wants to hear of its run's tasks; null if nobody does.</summary>
    public ITaskWatch? Watch { get; set; }

    public bool IsCanceledBeforeStart { get; private set; }

    /// <summary>Whether it was cancelled because its owner was closed; that happens once.</summary>
    public bool IsClosing { get; set; }

    /// <summary>Whether its loop ends it to start it elsewhere, and the body has noticed: however it ends, that is not its outcome.</summary>
    public bool IsHandedBack => _isHandingBack && !Loop!.HasUnseenCancel(out _);

    /// <summary>Whether whoever created it is gone, so that nobody else cancels what it leaves running.</summary>
    public bool IsOrphan { get => field || channel.IsExpired; set; }

    public string? CancelMessage { get; private set; }
    public bool HasEnded { get; private set; }

    /// <summary>Completes when it ends. A cancel may end it at once, before anybody asked.</summary>
    public Task Ended => HasEnded ? Task.CompletedTask : (_ended ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Cancels it because its owner wants that.</summary>
    public bool Cancel(string? message)
    {
        if (HasEnded) return false;
        // What its body sees in its cleanup is why it began; how it ends is the owner's wish.
        if (_isHandingBack) (_isTakenOver, CancelMessage) = (true, message);
        (_wasCanceled, _isHandingBack) = (true, false);
        if (Loop is not null) return Loop.Cancel(message);
        (IsCanceledBeforeStart, CancelMessage) = (true, message);
        return true;
    }

    /// <summary>Cancels it, once started, to have it started elsewhere; unless its owner has cancelled it, so that it ends by itself.</summary>
    public void HandBack()
    {
        if (_wasCanceled || Loop is null) return;
        _isHandingBack = true;
        Loop.Cancel("Its silo is shutting down.");
    }

    /// <summary>Whether a cancel was requested that the body has not noticed, so that it may be the task's outcome.</summary>
    public bool HasUnseenCancel(out string? message)
    {
        message = null;
        return !_isHandingBack && Loop!.HasUnseenCancel(out message);
    }

    /// <summary>Whether somebody has cancelled it and the body, which ends normally, has kept that to itself.</summary>
    public bool HasSwallowedCancel => !HasEnded && !_isHandingBack && Loop!.Cancelling > 0;

    /// <summary>The message of the cancel that it ended with.</summary>
    public string? MessageOf(OperationCanceledException error) =>
        _isTakenOver ? CancelMessage : error is ClusterTaskCanceledException canceled ? canceled.CancelMessage : Loop?.PendingMessage;

    /// <summary>Ends it; false if it has ended.</summary>
    /// <param name="isOver">Whether its body has ended too, so that no cancel reaches it any more.</param>
    public bool TryEnd(bool isOver)
    {
        if (HasEnded) return false;
        HasEnded = true;
        (Payload, Context) = (default, null);
        if (isOver) Loop?.End();
        _ended?.SetResult();
        return true;
    }
}
