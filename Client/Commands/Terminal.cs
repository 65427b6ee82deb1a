using Spectre.Console;

namespace OrleansAsync.Commands;

/// <summary>The terminal that the program was started on.</summary>
internal static class Terminal
{
    /// <summary>Finds it; <see langword="null"/> if input or output goes elsewhere, or it can move no cursor, as with <c>TERM=dumb</c>.</summary>
    public static IAnsiConsole? Find()
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected) return null;
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        return console.Profile.Capabilities is { Interactive: true, Ansi: true } ? console : null;
    }
}
