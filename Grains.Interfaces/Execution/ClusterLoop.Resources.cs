namespace OrleansAsync.Execution;

/// <content>What the task holds.</content>
internal partial class ClusterLoop
{
    private HashSet<ILoopResource>? _resources;

    /// <summary>Whether the task has ended, and neither failed nor was cancelled.</summary>
    public bool HasSucceeded { get; set; }

    /// <summary>Binds something to the task, which gives it back if the task ends with it. False if the task has ended.</summary>
    public bool TryBind(ILoopResource resource)
    {
        lock (this) return !_ended && (_resources ??= []).Add(resource);
    }

    /// <summary>Notes that the task has given it back.</summary>
    public void Unbind(ILoopResource resource)
    {
        lock (this) _resources?.Remove(resource);
    }

    /// <summary>No cancel reaches the task any more, and it holds nothing any more.</summary>
    public void End()
    {
        HashSet<ILoopResource>? held;
        lock (this) (_ended, held, _resources) = (true, _resources, null);
        foreach (var resource in held ?? []) resource.OnTaskEnded(this);
    }
}
