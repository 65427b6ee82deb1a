using System.CommandLine;
using OrleansAsync.Tasks;

namespace OrleansAsync.Commands;

/// <summary><c>oa pstree</c>: the live tasks of a cluster as the tree of who created whom, with what each waits for.</summary>
internal static class PstreeCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="global">The options of every command.</param>
    /// <returns>The command.</returns>
    public static Command Create(GlobalOptions global)
    {
        var id = new Argument<string?>("TASK_ID") { Arity = ArgumentArity.ZeroOrOne, Description = "Only this task, those below it, and those that created it or wait for it" };
        var all = new Option<bool>("--all", "-a") { Description = $"Draw all tasks, not only {TaskTree.DefaultCount}" };
        var command = new Command("pstree", "Draws the live tasks of a running cluster as a tree, with loop, state, age and what each waits for.") { id, all };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = global.Output(parsed);
            await using var session = await RunningCluster.OpenAsync(global, parsed, cancellationToken);
            return await new TaskTree(session.Loop, output).ShowAsync(parsed.GetValue(id), parsed.GetValue(all), cancellationToken);
        });
        return command;
    }
}
