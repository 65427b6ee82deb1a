using System.CommandLine;
using OrleansAsync.Hosting;

namespace OrleansAsync.Commands;

/// <summary>The command line of the console.</summary>
/// <remarks>
/// A command is a class of its own file here, added below:
/// <code>
/// internal static class PingCommand
/// {
///     public static Command Create(GlobalOptions global)
///     {
///         var count = new Option&lt;int&gt;("--count") { Description = "How often", DefaultValueFactory = _ => 1 };
///         var command = new Command("ping", "Asks each silo for its name.") { count };
///         command.SetAction(async (parsed, cancellationToken) =>
///         {
///             var output = global.Output(parsed);
///             await using var session = await ClusterSession.OpenAsync(global.Session(parsed), cancellationToken);
///             … session.Grains …
///             output.Result(result, r => r.ToString());
///             return ExitCodes.Done;
///         });
///         return command;
///     }
/// }
/// </code>
/// It holds no logic, throws <see cref="ProgramException"/> for what the user can mend (one line, exit code 1 or 2) and lets
/// <see cref="OperationCanceledException"/> pass after its cleanup when the token fired (exit code 130).
/// </remarks>
internal static class RootCommandFactory
{
    /// <summary>Makes the root command with all others.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var root = ConsoleProgram.CreateRoot("oa", "OrleansAsync: asyncio's tasks on an Orleans cluster, and a web crawler.");
        var global = new GlobalOptions();
        global.AddTo(root);
        root.Add(BenchCommand.Create(global));
        root.Add(CancelCommand.Create(global));
        root.Add(CrawlCommand.Create(global));
        root.Add(CrawlsCommand.Create(global));
        root.Add(LockCommand.Create(global));
        root.Add(LoopCommand.Create(global));
        root.Add(PsCommand.Create(global));
        root.Add(PstreeCommand.Create(global));
        root.Add(QueueCommand.Create(global));
        root.Add(ResultCommand.Create(global));
        root.Add(RobotsCommand.Create(global));
        root.Add(ScenarioCommand.Create(global));
        root.Add(SilosCommand.Create(global));
        root.Add(TopCommand.Create(global));
        root.SetAction((parsed, cancellationToken) => MenuCommand.RunAsync(root, global, parsed, cancellationToken));
        return root;
    }
}
