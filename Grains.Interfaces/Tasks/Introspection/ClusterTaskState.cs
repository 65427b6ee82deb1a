namespace OrleansAsync.Tasks.Introspection;

/// <summary>The state of a live task as its loop knows it.</summary>
[GenerateSerializer, Alias(Aliases.ClusterTaskState)]
public enum ClusterTaskState
{
    /// <summary>Its loop has it and has not come to it.</summary>
    Pending,

    /// <summary>It has started.</summary>
    Running,

    /// <summary>A cancel was requested; it cleans up, or has not noticed.</summary>
    Cancelling,
}
