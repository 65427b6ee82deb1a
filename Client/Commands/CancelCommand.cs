using System.CommandLine;
using OrleansAsync.Tasks;

namespace OrleansAsync.Commands;

/// <summary><c>oa cancel</c>: cancels a task by its id.</summary>
internal static class CancelCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global)
    {
        var id = new Argument<string>("TASK_ID") { Description = "The id, as ps shows it" };
        var message = new Option<string?>("--message", "-m") { HelpName = "TEXT", Description = "What the task and whoever awaits it see as the reason" };
        var noWait = new Option<bool>("--no-wait") { Description = "Return once the cancel is requested, not after the task's cleanup" };
        var command = new Command("cancel", "Cancels a task of a running cluster and waits until it has ended.") { id, message, noWait };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await RunningCluster.OpenAsync(global, parsed, cancellationToken);
            return await new TaskCancellation(session.Loop, output).RunAsync(parsed.GetValue(id)!, parsed.GetValue(message), !parsed.GetValue(noWait), cancellationToken);
        });
        return command;
    }
}
