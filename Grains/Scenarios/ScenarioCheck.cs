using System.Text.RegularExpressions;

namespace OrleansAsync.Scenarios;

/// <summary>
/// Compares what a scenario printed with what CPython did. The same lines in the same order; only lines of different tasks on different loops that CPython printed at
/// nearly the same time may change places, and what the scenario says is a set.
/// </summary>
internal static class ScenarioCheck
{
    private const double SameTime = 0.020;

    // Half a second, the shortest of what blocks in a scenario, is a slow turn even at this scale.
    private const double ReportedScale = 0.25;

    /// <summary>Compares the lines; null if they are as they should be, else the first difference.</summary>
    public static string? Lines(Scenario scenario, IReadOnlyList<ScenarioLine> printed)
    {
        var expected = ScenarioTranscript.Of(scenario).Lines;
        for (var start = 0; start < Math.Min(expected.Count, printed.Count);)
        {
            var set = scenario.Sets.FirstOrDefault(range => range.Start.Value == start);
            var isSet = set.End.Value > start;
            var end = isSet ? set.End.Value : EndOfMoment(scenario, expected, start);
            if (end > printed.Count) break;
            if (Permutation(expected, printed, start, end, out var order) is { } different) return different;
            if (!isSet && Inversion(printed, order, start) is { } inversion) return inversion;
            start = end;
        }
        if (expected.Count != printed.Count)
            return $"{printed.Count} lines instead of {expected.Count}: {(printed.Count > expected.Count ? $"'{printed[expected.Count].Text}' is too much" : $"'{expected[printed.Count].Text}' is missing")}";
        return scenario.Check([.. printed.Select(line => line.Text)]);
    }

    /// <summary>What the product should have reported of a run and did not.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="reports">What it reported.</param>
    /// <param name="timeScale">By how much delays were longer than in the snippet.</param>
    public static IEnumerable<string> Missing(Scenario scenario, IReadOnlyList<string> reports, double timeScale) =>
        scenario.Reports.Where(pattern => timeScale >= ReportedScale && !reports.Any(report => Regex.IsMatch(report, pattern))).Select(pattern => $"nothing was reported like {pattern}");

    /// <summary>How the delays of a scenario lie to each other: "concurrent" if it took about as long as the longest, "sequential" if about their sum; null if there is but one.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="seconds">How long it took.</param>
    public static string? Shape(Scenario scenario, double seconds) =>
        scenario.Delays.Count < 2 ? null : Math.Abs(seconds - scenario.Delays.Max()) <= Math.Abs(seconds - scenario.Delays.Sum()) ? "concurrent" : "sequential";

    private static int EndOfMoment(Scenario scenario, IReadOnlyList<ScenarioTranscript.Line> expected, int start)
    {
        var end = start + 1;
        while (end < expected.Count && expected[end].Time - expected[start].Time <= SameTime && !scenario.Sets.Any(set => set.Start.Value == end)) end++;
        return end;
    }

    /// <summary>Finds for each printed line the one of CPython's that it is.</summary>
    private static string? Permutation(IReadOnlyList<ScenarioTranscript.Line> expected, IReadOnlyList<ScenarioLine> printed, int start, int end, out int[] order)
    {
        order = new int[end - start];
        var left = Enumerable.Range(start, end - start).ToList();
        for (var i = start; i < end; i++)
        {
            var place = left.FindIndex(index => expected[index].Matches(printed[i].Text));
            if (place < 0)
            {
                var missing = expected[left[0]];
                return $"line {i + 1} is '{printed[i].Text}' instead of {(missing.Pattern is null ? $"'{missing.Text}'" : missing.Pattern)}";
            }
            order[i - start] = left[place];
            left.RemoveAt(place);
        }
        return null;
    }

    private static string? Inversion(IReadOnlyList<ScenarioLine> printed, int[] order, int start)
    {
        for (var i = 0; i < order.Length; i++)
        {
            for (var j = i + 1; j < order.Length; j++)
            {
                var (first, second) = (printed[start + i], printed[start + j]);
                if (order[i] > order[j] && (first.Task == second.Task || first.Loop == second.Loop))
                    return $"'{first.Text}' comes before '{second.Text}', both of one {(first.Task == second.Task ? "task" : "loop")}";
            }
        }
        return null;
    }
}
