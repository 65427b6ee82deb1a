using System.CommandLine;
using OrleansAsync.Execution;

namespace OrleansAsync.Commands;

/// <summary><c>oa top</c>: what the cluster is busy with, again and again.</summary>
internal static class TopCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global)
    {
        var pace = new PaceOptions();
        var command = new Command("top", "Shows the loops and the oldest tasks of a running cluster, refreshed until Ctrl-C; one line each time when stdout is no terminal.");
        pace.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await RunningCluster.OpenAsync(global, parsed, cancellationToken);
            return await new TopView(session.Loop, output).RunAsync(pace.Interval(parsed), pace.Count(parsed), cancellationToken);
        });
        return command;
    }
}
