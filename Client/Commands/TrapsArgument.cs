using System.Globalization;
using OrleansAsync.Crawling;
using OrleansAsync.Hosting;

namespace OrleansAsync.Commands;

/// <summary>Values of <c>--traps</c>: <c>depth=60,queries=off</c>, or <c>off</c> for all.</summary>
internal static class TrapsArgument
{
    private const string Off = "off";

    /// <summary>Reads a value of the option.</summary>
    /// <param name="argument">The value; <see langword="null"/> if the option was not given.</param>
    /// <exception cref="ProgramException">It names no rule, or a limit that is none.</exception>
    public static TrapLimits Read(string? argument)
    {
        if (argument == Off) return TrapLimits.None;
        var limits = new TrapLimits();
        foreach (var part in argument?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            if (part.Split('=') is not [var rule, var text]) throw Wrong(part);
            var limit = Limit(text);
            limits = rule switch
            {
                "length" => limits with { Length = limit },
                "depth" => limits with { Depth = limit },
                "repeats" => limits with { Repeats = limit },
                "queries" => limits with { Queries = limit },
                "endless" => limits with { Endless = limit },
                "sessions" => limits with { Sessions = limit },
                "same" => limits with { Same = limit },
                _ => throw Wrong(part),
            };
        }

        return limits;

        int? Limit(string text) => text == Off ? null : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw Wrong(text);
    }

    private static ProgramException Wrong(string part) => ProgramException.Input(
        $"'{part}' is no limit for --traps; give off, or RULE=N or RULE=off, separated by commas, with the rules length, depth, repeats, queries, endless, sessions and same");
}
