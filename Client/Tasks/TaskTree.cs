using System.Globalization;
using OrleansAsync.Commands;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <summary>Draws the tree of tasks.</summary>
/// <param name="loop">The cluster.</param>
/// <param name="output">Where to draw it.</param>
internal sealed class TaskTree(IClusterLoop loop, Output output)
{
    /// <summary>How many tasks are drawn where not all are asked for.</summary>
    public const int DefaultCount = 1000;

    // More are not even read: no tree of so many is looked at.
    private const int MaxRead = 100_000;

    /// <summary>Draws it.</summary>
    /// <param name="taskId">Only what is around this task; <see langword="null"/> for all.</param>
    /// <param name="all">Whether all tasks are drawn.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <returns>The exit code: 3 if a silo did not answer.</returns>
    /// <exception cref="ProgramException">There is no such task.</exception>
    public async Task<int> ShowAsync(string? taskId, bool all, CancellationToken cancellationToken)
    {
        var isIncomplete = false;
        var graph = await loop.GetCallGraphAsync(taskId, all ? int.MaxValue : MaxRead, Warn, cancellationToken);
        if (taskId is not null && graph.Tasks.Count == 0) throw ProgramException.Failure($"there is no live task {taskId}{(isIncomplete ? " on the silos that answered" : "")}; see oa ps");
        Draw(graph, all ? int.MaxValue : DefaultCount);
        return isIncomplete ? ExitCodes.PartlyFailed : ExitCodes.Done;

        void Warn(SilentLoop silent)
        {
            isIncomplete = true;
            output.Say($"oa: {silent}; its tasks are missing");
        }
    }

    /// <summary>Draws a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="limit">How many tasks at most.</param>
    internal void Draw(ClusterCallGraph graph, int limit)
    {
        foreach (var (task, depth, indent) in graph.Lines().Take(limit))
        {
            output.Result(TaskLine.Of(task) with { Depth = depth, Waits = task.Waits }, _ => indent + ClusterCallGraph.Describe(task));
        }
        if (graph.IsTruncated) output.Say($"there are more tasks than are drawn; --all draws them");
        else if (graph.Tasks.Count > limit) output.Say(string.Create(CultureInfo.InvariantCulture, $"{graph.Tasks.Count - limit:N0} more tasks are not drawn; --all draws them"));
    }
}
