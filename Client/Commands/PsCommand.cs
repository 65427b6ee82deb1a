using System.CommandLine;
using OrleansAsync.Tasks;

namespace OrleansAsync.Commands;

/// <summary><c>oa ps</c>: the live tasks of a cluster.</summary>
internal static class PsCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global)
    {
        var all = new Option<bool>("--all", "-a") { Description = $"List all tasks, not only the {TaskList.DefaultCount} oldest" };
        var command = new Command("ps", "Lists the live tasks of a running cluster, detached ones too: id, state, age, loop, coroutine, name.") { all };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await RunningCluster.OpenAsync(global, parsed, cancellationToken);
            return await new TaskList(session.Loop, output).ShowAsync(parsed.GetValue(all), cancellationToken);
        });
        return command;
    }
}
