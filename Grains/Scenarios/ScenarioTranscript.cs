using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansAsync.Scenarios;

/// <summary>What CPython printed.</summary>
/// <param name="Lines">When, in seconds, and what; with counterparts in place of what the cluster prints otherwise.</param>
/// <param name="Wall">How long it took, with the interpreter's start.</param>
internal sealed partial record ScenarioTranscript(IReadOnlyList<ScenarioTranscript.Line> Lines, double Wall)
{
    /// <summary>Reads that of a scenario.</summary>
    public static ScenarioTranscript Of(Scenario scenario)
    {
        var texts = scenario.Transcript.ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var all = texts.Select(text => TimedLine().Match(text)).Where(match => match.Success)
            .Select(match => new Line(Number(match.Groups["time"]), match.Groups["text"].Value, null)).ToList();
        // From the last to the first, as each may take the place of several.
        foreach (var counterpart in scenario.Counterparts.OrderByDescending(each => each.Lines.Start.Value))
        {
            var (start, length) = counterpart.Lines.GetOffsetAndLength(all.Count);
            var first = all[start] with { Pattern = counterpart.Pattern };
            all.RemoveRange(start, length);
            all.Insert(start, first);
        }
        return new(all, Number(Exit().Match(texts[^1]).Groups["wall"]));
    }

    private static double Number(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^ *(?<time>[0-9]+\.[0-9]+)(  (?<text>.*))?$")]
    private static partial Regex TimedLine();

    [GeneratedRegex(@"wall=(?<wall>[0-9.]+)s")]
    private static partial Regex Exit();

    /// <summary>A line.</summary>
    /// <param name="Time">When, in seconds.</param>
    /// <param name="Text">What CPython printed.</param>
    /// <param name="Pattern">What the cluster prints instead, as a regular expression; null if it is the same.</param>
    internal sealed record Line(double Time, string Text, string? Pattern)
    {
        public bool Matches(string printed) => Pattern is null ? printed == Text : Regex.IsMatch(printed, Pattern);
    }
}
