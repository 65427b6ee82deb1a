using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <summary>The wait of a task for a block of its own code: of a timeout or a group.</summary>
internal sealed class AwaitedBlock(ClusterLoop block, AwaitKind kind, Func<string?, Task<bool>> cancel) : IAwaited
{
    public AwaitKind Kind => kind;

    public ClusterLoop Block => block;

    public TimeSpan? Left => (block as TimeoutScope)?.When;

    // A timeout is a way out of whatever its block waits for.
    public bool IsBinding => kind != AwaitKind.Timeout;

    public bool AreAllOf(ClusterLoop waiter) => true;

    public Task<bool> CancelAsync(string? message) => cancel(message);
}
