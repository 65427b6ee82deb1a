using System.Collections.Concurrent;
using OrleansAsync.Execution;

namespace OrleansAsync.Tests;

/// <summary>Counts how often it is told that a task has ended.</summary>
internal sealed class EndCounter : ITaskObserver
{
    public ConcurrentDictionary<string, int> Counts { get; } = [];

    public void OnEnded(OwnedTask task) => Counts.AddOrUpdate(task.Id, 1, (_, before) => before + 1);

    /// <summary>Waits until it was told of so many tasks: whoever finds that a task has ended may be there before those who are told.</summary>
    public Task Until(int tasks) => Patience.Until(() => Counts.Count >= tasks);
}
