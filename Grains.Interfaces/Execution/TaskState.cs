namespace OrleansAsync.Execution;

/// <summary>The state of a task as its owner knows it.</summary>
[GenerateSerializer, Alias(Aliases.TaskState)]
public enum TaskState
{
    /// <summary>Created; no loop has accepted it yet.</summary>
    Pending,

    /// <summary>A loop has accepted it.</summary>
    Running,

    /// <summary>It ended with a result or an exception.</summary>
    Done,

    /// <summary>It ended by cancellation.</summary>
    Canceled,
}
