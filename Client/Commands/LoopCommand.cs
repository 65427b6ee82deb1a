using System.CommandLine;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;

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
        var id = new Argument<string?>("ID") { Description = "The loop, as list shows it; with --turns all loops if it is left out", Arity = ArgumentArity.ZeroOrOne };
        var turns = new Option<bool>("--turns") { Description = "Shows every turn of the tasks that start from now on, a line each" };
        var pace = new PaceOptions("snapshots, or turns with --turns");
        var command = new Command("watch", "Shows an event loop until Ctrl-C: its ready queue, last turns, timers and waits as a live picture on a terminal, else a line each time.") { id, turns };
        pace.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, loop, interval, count) = (global.Output(parsed), parsed.GetValue(id), pace.Interval(parsed), pace.Count(parsed));
            if (loop is null && !parsed.GetValue(turns)) throw ProgramException.Input("loop watch needs the ID of a loop; see oa loop list. Only --turns does without one");
            await using var session = await RunningCluster.OpenAsync(global, parsed, cancellationToken);
            return parsed.GetValue(turns)
                ? await new TurnViews(session.Loop, output).FollowAsync(loop, count, cancellationToken)
                : await new LoopViews(session.Loop, output).WatchAsync(loop!, interval, count, cancellationToken);
        });
        return command;
    }
}
