namespace OrleansAsync.Tasks;

/// <summary>What a wait for several tasks found.</summary>
/// <param name="Done">All tasks that have ended.</param>
/// <param name="Pending">The others; they go on running.</param>
/// <typeparam name="TTask">The type of the tasks.</typeparam>
public sealed record WaitResult<TTask>(IReadOnlySet<TTask> Done, IReadOnlySet<TTask> Pending)
    where TTask : class;
