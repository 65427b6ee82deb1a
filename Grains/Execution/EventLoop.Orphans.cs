using System.Collections.Immutable;

namespace OrleansAsync.Execution;

/// <content>Tasks whose owner is gone leave nothing running: what they created and did not wait for is cancelled, on whichever loop it is.</content>
internal sealed partial class EventLoop
{
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(50);

    private readonly List<string> _orphaned = [];

    private void CancelChildren(LiveTask task)
    {
        _orphaned.Add(task.Loop!.OwnerId);
        // Many end together: the first one's work takes them all.
        if (_orphaned.Count == 1) children.Start(CancelChildrenAsync);
    }

    private async Task CancelChildrenAsync()
    {
        try
        {
            await Task.Delay(GatherTime, time.ForUpkeep(), children.Stopping);
            ImmutableArray<string> owners = [.. _orphaned];
            _orphaned.Clear();
            await children.CancelOwnedAsync(owners, children.Stopping);
        }
        catch (OperationCanceledException) when (children.Stopping.IsCancellationRequested)
        {
            // The loop's silo stops: when it is gone, other loops cancel what its tasks had there.
        }
    }
}
