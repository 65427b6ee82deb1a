using System.CommandLine;
using OrleansAsync.Queues;

namespace OrleansAsync.Commands;

/// <summary><c>oa queue</c>: the queues of a cluster that have a name.</summary>
internal static class QueueCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global) => new("queue", "Shows and deletes the named queues of a running cluster.")
    {
        CreateList(global),
        CreateOne(global, "show", "Shows a queue, who has taken items that are not done, and who waits.", (views, name, cancellationToken) => views.ShowAsync(name, cancellationToken)),
        CreateOne(global, "delete", "Deletes a queue with its items; whoever waits for it gets an error.", (views, name, cancellationToken) => views.DeleteAsync(name, cancellationToken)),
    };

    private static Command CreateList(GlobalOptions global)
    {
        var command = new Command("list", "Lists the queues: items that wait, items not done, consumers that have such, and waiting calls.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await RunningCluster.OpenAsync(global, parsed, cancellationToken);
            return await new QueueViews(session.Grains, output).ListAsync(cancellationToken);
        });
        return command;
    }

    private static Command CreateOne(GlobalOptions global, string verb, string description, Func<QueueViews, string, CancellationToken, Task<int>> action)
    {
        var name = new Argument<string>("NAME") { Description = "The queue's name" };
        var command = new Command(verb, description) { name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await RunningCluster.OpenAsync(global, parsed, cancellationToken);
            return await action(new QueueViews(session.Grains, output), parsed.GetValue(name)!, cancellationToken);
        });
        return command;
    }
}
