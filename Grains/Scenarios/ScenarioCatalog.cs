namespace OrleansAsync.Scenarios;

/// <summary>All scenarios.</summary>
internal static class ScenarioCatalog
{
    /// <summary>The snippets in the order of the tutorial, then the others.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. typeof(Scenario).Assembly.GetTypes().Where(type => type.BaseType == typeof(Scenario))
            .Select(type => (Scenario)Activator.CreateInstance(type)!).OrderBy(scenario => scenario.Name, StringComparer.Ordinal),
    ];

    /// <summary>Those that are snippets of the tutorial; their names begin with their numbers.</summary>
    public static IReadOnlyList<Scenario> Snippets { get; } = [.. All.Where(scenario => char.IsAsciiDigit(scenario.Name[0]))];

    /// <summary>The others: what the tutorial tells without a snippet.</summary>
    public static IReadOnlyList<Scenario> Extra { get; } = [.. All.Except(Snippets)];

    /// <summary>Finds one by its name; null if there is none.</summary>
    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    /// <summary>The C# of a scenario: its source, from where the coroutines begin.</summary>
    public static string TwinOf(Scenario scenario)
    {
        using var stream = typeof(Scenario).Assembly.GetManifestResourceStream($"{scenario.GetType().Name}.cs")!;
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var first = Array.FindIndex(lines, line => line.Contains("public override async Task RunAsync(", StringComparison.Ordinal) || line.Contains("public override Task RunAsync(", StringComparison.Ordinal));
        // Without the last brace, which is the scenario's, and what indents its members.
        return string.Join('\n', lines[first..^1].Select(line => line.StartsWith("    ", StringComparison.Ordinal) ? line[4..] : line)).TrimEnd();
    }
}
