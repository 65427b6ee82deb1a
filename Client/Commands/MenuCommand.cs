using System.CommandLine;
using OrleansAsync.Hosting;
using OrleansAsync.Scenarios;

namespace OrleansAsync.Commands;

/// <summary><c>oa</c> without a command: the menu on a terminal, help otherwise.</summary>
internal static class MenuCommand
{
    /// <summary>Runs it.</summary>
    /// <param name="root">The root command, of which the menu runs others.</param>
    /// <param name="global">The options of every command.</param>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Command root, GlobalOptions global, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (global.Output(parsed).IsJson || Terminal.Find() is not { } console) return await root.Parse(["--help"]).InvokeAsync(cancellationToken: cancellationToken);
        // What stands before the command that is chosen: which cluster, and how.
        string[] options = [.. parsed.Tokens.Select(token => token.Value)];
        await using var menu = new ScenarioMenu(console, global.Session(parsed).ForLiveView, (command, token) => ConsoleProgram.InvokeAsync(ConsoleProgram.Parse(root, [.. options, .. command]), token));
        return await menu.RunAsync(cancellationToken);
    }
}
