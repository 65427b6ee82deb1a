using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Tasks.Introspection;

/// <summary>A wait for a detached task, of which only the id is known.</summary>
internal sealed class DetachedWait(string id) : IAwaited
{
    public AwaitKind Kind => AwaitKind.Await;

    public int Count => 1;

    public IEnumerable<AwaitedTask> Unfinished => [new AwaitedTask(id, null, null, 0)];

    public bool AreAllOf(ClusterLoop waiter) => false;
}
