namespace OrleansAsync.Execution;

/// <summary>
/// The loop as its user sees it: of a client or silo (no task), of a running task, or, as <see cref="LoopScope"/>, of a block that is cancelled by
/// itself.
/// </summary>
internal partial class ClusterLoop : IClusterLoop
{
    private static readonly AsyncLocal<ClusterLoop?> CurrentLoop = new();

    private readonly ClusterLoop? _outer;
    private readonly string? _parent;
    private readonly long _number;
    private string? _ownerId;
    private long _lastNumber;
    private int _liveChildren;
    private volatile bool _leftRunning;
    private string? _name;
    private bool _isDebug;

    /// <summary>The loop of a process or activation.</summary>
    public ClusterLoop(TaskOwner tasks, string ownerId) => (Tasks, _ownerId) = (tasks, ownerId);

    /// <summary>The loop of a running task.</summary>
    public ClusterLoop(TaskOwner tasks, string owner, long number, int attempt) => (Tasks, _parent, _number, Attempt) = (tasks, owner, number, attempt);

    private protected ClusterLoop(ClusterLoop outer) => (Tasks, _outer, Attempt) = (outer.Tasks, outer._outer ?? outer, outer.Attempt);

    /// <summary>The loop whose task or scope is running here; null outside both.</summary>
    public static ClusterLoop? Current { get => CurrentLoop.Value; set => CurrentLoop.Value = value; }

    public TaskOwner Tasks { get; }
    public int Attempt { get; }
    public string? TaskId => _parent is null ? _outer?.TaskId : OwnerIds.Task(_parent, _number);

    /// <summary>The name of the running task.</summary>
    public string Name { get => _name ?? $"Task-{_number}"; set => _name = value; }

    /// <summary>Whether what is created and run here is watched closely.</summary>
    public bool IsDebug { get => Tasks.IsDebug || (_outer ?? this)._isDebug; set => _isDebug = value; }

    /// <summary>In debug mode, the coroutines created here.</summary>
    public List<Coroutine>? Created { get; set; }

    /// <summary>The loop of the task, without the blocks of its timeouts.</summary>
    public ClusterLoop Root => _outer ?? this;

    /// <summary>When the time that the task's creators gave it is over, on the clock of this process.</summary>
    public long Deadline { get; init; } = Execution.Deadline.Never;

    /// <summary>How much of the enclosing timeouts is left; null without a limit.</summary>
    public virtual TimeSpan? Remaining => Execution.Deadline.Left(Time, Deadline);

    public string OwnerId => _outer?.OwnerId ?? (_ownerId ??= OwnerIds.Of(TaskId!, Attempt));
    public IGrainFactory Grains => Tasks.Grains;
    public TimeProvider Time => Tasks.Time;

    /// <summary>Whether tasks created here, or further down, were still running when their creator ended.</summary>
    public bool LeftRunning => _leftRunning || Volatile.Read(ref _liveChildren) > 0;

    /// <summary>What every verb works on; a fake of a user's own has no cluster behind it.</summary>
    public static ClusterLoop From(IClusterLoop loop) => loop as ClusterLoop
        ?? throw new ArgumentException($"This verb needs a loop made by OrleansAsync, not a {loop?.GetType().Name ?? "null"}.", nameof(loop));

    public long NextNumber() => _outer?.NextNumber() ?? Interlocked.Increment(ref _lastNumber);

    public void Submit(OwnedTask task)
    {
        (_outer ?? this).OnChildCreated();
        if ((task.Options.Eager || task.Options.Placement == TaskPlacement.SameLoop) && Tasks.Local?.TryStart(task) == true) return;
        Tasks.Submit(task);
    }

    public void OnChildEnded(OwnedTask child)
    {
        var owner = _outer ?? this;
        // What a lost attempt had created may run until the lease of its loop expires.
        if (child.LeftRunning || child.Attempt > 0) owner._leftRunning = true;
        Interlocked.Decrement(ref owner._liveChildren);
    }

    /// <summary>Whether cancels reach code that runs with this loop: all but a client's or silo's own.</summary>
    public bool IsCancellable => _parent is not null || _outer is not null;

    private void OnChildCreated() => Interlocked.Increment(ref _liveChildren);
}
