using OrleansAsync.Commands;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <summary>Cancels a task by its id.</summary>
/// <param name="loop">The cluster.</param>
/// <param name="output">Where to tell.</param>
internal sealed class TaskCancellation(IClusterLoop loop, Output output)
{
    /// <summary>Cancels it.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="message">The message; <see langword="null"/> for none.</param>
    /// <param name="wait">Whether to wait for its end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ProgramException">There is no such task.</exception>
    public async Task<int> RunAsync(string taskId, string? message, bool wait, CancellationToken cancellationToken)
    {
        List<SilentLoop> silent = [];
        try
        {
            if (!await loop.CancelTaskAsync(taskId, message, wait, silent.Add, cancellationToken))
            {
                var except = silent.Count == 0 ? "" : $", but silo {string.Join(" and ", silent.Select(loop => loop.Silo))} did not answer";
                throw ProgramException.Failure($"there is no live task {taskId}{except}; see oa ps");
            }
        }
        catch (InvalidOperationException e)
        {
            // A detached task's id, in a cluster without a store.
            throw ProgramException.Failure(e.Message.TrimEnd('.'), e);
        }
        output.Result(new { Id = taskId, Ended = wait }, _ => wait ? $"{taskId} has ended" : $"{taskId} is asked to end");
        return ExitCodes.Done;
    }
}
