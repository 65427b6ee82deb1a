using System.CommandLine;
using OrleansAsync.Execution;

namespace OrleansAsync.Commands;

/// <summary><c>oa loop</c>: the event loops of a cluster.</summary>
internal static class LoopCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global) => new("loop", "Shows the event loops of a running cluster.") { CreateList(global), CreateWatch(global) };

    private static Command CreateList(GlobalOptions global)
    {
        var command = new Command("list", "Lists the event loops: live and pending tasks, lag, and how many tasks each has taken since it began.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await RunningCluster.OpenAsync(global, parsed, cancellationToken);
            return await new LoopViews(session.Loop, output).ListAsync(cancellationToken);
        });
        return command;
    }

    private static Command CreateWatch(GlobalOptions global)
    {
        var (id, pace) = (new Argument<string>("ID") { Description = "The loop, as list shows it" }, new PaceOptions());
        var command = new Command("watch", "Shows an event loop again and again until Ctrl-C, a line each time.") { id };
        pace.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await RunningCluster.OpenAsync(global, parsed, cancellationToken);
            return await new LoopViews(session.Loop, output).WatchAsync(parsed.GetValue(id)!, pace.Interval(parsed), pace.Count(parsed), cancellationToken);
        });
        return command;
    }
}
