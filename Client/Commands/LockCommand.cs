using System.CommandLine;
using OrleansAsync.Coordination;

namespace OrleansAsync.Commands;

/// <summary><c>oa lock</c>: the locks, semaphores, events and barriers of a cluster that have a name.</summary>
internal static class LockCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global) => new("lock", "Shows and deletes the named locks, semaphores, events and barriers of a running cluster.")
    {
        CreateList(global),
        CreateOne(global, "show", "Shows one, who holds it, and who waits for it.", (views, name, kind, cancellationToken) => views.ShowAsync(name, kind, cancellationToken)),
        CreateOne(global, "delete", "Deletes one: holders lose it, and whoever waits gets an error.", (views, name, kind, cancellationToken) => views.DeleteAsync(name, kind, cancellationToken)),
    };

    private static Command CreateList(GlobalOptions global)
    {
        var command = new Command("list", "Lists them with the number of their holders and waiters.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await RunningCluster.OpenAsync(global, parsed, cancellationToken);
            return await new LockViews(session.Grains, output).ListAsync(cancellationToken);
        });
        return command;
    }

    private static Command CreateOne(GlobalOptions global, string verb, string description, Func<LockViews, string, string?, CancellationToken, Task<int>> action)
    {
        var name = new Argument<string>("NAME") { Description = "Its name" };
        var kind = new Option<string?>("--kind") { HelpName = "KIND", Description = $"What it is, if several are called so: {string.Join(", ", LockViews.Kinds)}" };
        kind.AcceptOnlyFromAmong(LockViews.Kinds);
        var command = new Command(verb, description) { name, kind };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await RunningCluster.OpenAsync(global, parsed, cancellationToken);
            return await action(new LockViews(session.Grains, output), parsed.GetValue(name)!, parsed.GetValue(kind), cancellationToken);
        });
        return command;
    }
}
