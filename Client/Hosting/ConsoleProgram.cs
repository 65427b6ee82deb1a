using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;

namespace OrleansAsync.Hosting;

/// <summary>Runs a command line: errors as one line on stderr, exit codes, Ctrl-C and SIGTERM. Used by both programs.</summary>
internal static class ConsoleProgram
{
    /// <summary>Makes the root command with <c>--help</c> and <c>--version</c>.</summary>
    /// <param name="name">The name by which help texts call the program.</param>
    /// <param name="description">What the program does.</param>
    /// <returns>The command.</returns>
    public static Command CreateRoot(string name, string description) => new(name, description)
    {
        new HelpOption { Recursive = true },
        new Option<bool>("--version") { Description = "Show the version", Action = new ShowVersion() },
    };

    /// <summary>Parses and runs.</summary>
    /// <param name="root">The root command.</param>
    /// <param name="args">The arguments.</param>
    /// <returns>The exit code.</returns>
    /// <remarks>
    /// The first Ctrl-C or SIGTERM cancels the command, which cleans up and ends with 130 (or its own code, if it treats the end as ordinary);
    /// the second leaves at once.
    /// </remarks>
    public static async Task<int> RunAsync(Command root, string[] args)
    {
        var parsed = Parse(root, args);
        if (parsed.Action is ParseErrorAction)
        {
            var path = string.Join(' ', CommandPath(parsed.CommandResult.Command, root));
            await Console.Error.WriteLineAsync($"{root.Name}: {OneLine(parsed.Errors[0].Message).TrimEnd('.')}; see {path} --help");
            return ExitCodes.Usage;
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        try
        {
            return await InvokeAsync(parsed, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (ProgramException e)
        {
            await Console.Error.WriteLineAsync($"{root.Name}: {OneLine(e.Message)}");
            return e.IsInput ? ExitCodes.Usage : ExitCodes.Failed;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(parsed.GetResult("--verbosity")?.Tokens is [{ Value: "debug" }]
                ? $"{root.Name}: {e}"
                : $"{root.Name}: {e.GetType().Name}: {OneLine(e.Message)}; --verbosity debug shows where");
            return ExitCodes.Failed;
        }

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            if (stop.IsCancellationRequested)
                Environment.Exit(ExitCodes.Interrupted);
            // Not on the signal's thread: it must be free for the second one while the command cleans up.
            _ = stop.CancelAsync();
        }
    }

    /// <summary>Parses arguments. <c>@</c> starts a file of ours in --cluster @FILE and --header @FILE, not one with more arguments.</summary>
    /// <param name="root">The root command.</param>
    /// <param name="args">The arguments.</param>
    public static ParseResult Parse(Command root, IReadOnlyList<string> args) => root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>Runs a parsed command; what it throws is its caller's.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellationToken) => parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken);

    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static IEnumerable<string> CommandPath(Command command, Command root) =>
        command == root ? [root.Name] : [.. CommandPath(command.Parents.OfType<Command>().First(), root), command.Name];

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool Terminating => true;

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            // The informational version ends with "+" and the commit.
            var version = typeof(ConsoleProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            parseResult.InvocationConfiguration.Output.WriteLine(version.Split('+')[0]);
            return ExitCodes.Done;
        }
    }
}
