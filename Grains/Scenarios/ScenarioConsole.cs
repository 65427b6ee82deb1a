using System.Runtime.CompilerServices;
using OrleansAsync.Execution;

namespace OrleansAsync.Scenarios;

/// <summary>What the coroutines of scenarios print with.</summary>
internal static class ScenarioConsole
{
    private static readonly ConditionalWeakTable<ClusterLoop, StrongBox<long>> Printed = [];

    /// <summary>
    /// Prints a line, and waits until it is there: what the caller causes after it is printed after it, wherever. No cancel ends it, as none ends
    /// Python's <c>print</c>. Who does not wait still has its lines in order with those of all tasks on its loop.
    /// </summary>
    public static Task PrintAsync(this IClusterLoop loop, string text, bool isReport = false)
    {
        var (task, lines) = (ClusterLoop.From(loop).Root, ScenarioContext.Current.Lines);
        var line = new ScenarioLine(
            OwnerIds.WithoutAttempts(task.TaskId!), Interlocked.Increment(ref Printed.GetOrCreateValue(task).Value), task.Name, LoopOf(task), text, isReport);
        var current = ClusterLoop.Current;
        // The loop's call, not the task's.
        ClusterLoop.Current = task.Tasks.Loop;
        try
        {
            return lines.PutAsync(line);
        }
        finally
        {
            ClusterLoop.Current = current;
        }
    }

    /// <summary>The loop that a task runs on: what comes before the @ of its activation.</summary>
    public static string LoopOf(ClusterLoop task) => task.Tasks.Id[..task.Tasks.Id.LastIndexOf('@')];
}
