using System.Text.RegularExpressions;
using OrleansAsync.Hosting;

namespace OrleansAsync.Scenarios;

/// <summary>The guide: a page for each entry of the tutorial's contents, and an index. What comes from the scenarios stands between marks and is generated; the rest is written by hand.</summary>
/// <param name="folder">Where the pages are.</param>
internal sealed partial class GuidePages(string folder)
{
    private const string Index = "README.md";
    private const string End = "<!-- end -->";

    /// <summary>The headings of a page, under each of which somebody writes.</summary>
    public static IReadOnlyList<string> Headings { get; } = ["The idea", "On asyncio", "On Orleans", "What differs", "See it"];

    /// <summary>The name of an entry's page.</summary>
    public static string FileOf(TutorialEntry entry) =>
        $"{entry.Number:00}-{NotInNames().Replace(NameOf(entry).Replace("'", "", StringComparison.Ordinal).ToLowerInvariant(), "-").Trim('-')}.md";

    /// <summary>A page without its generated parts, each of which leaves its lines behind.</summary>
    public static string HandWritten(string page) => Part().Replace(page, part => new string('\n', part.Value.Count(c => c == '\n')));

    /// <summary>Brings the generated parts up to date, and makes pages that are missing.</summary>
    /// <param name="write">False: nothing is written.</param>
    /// <returns>The pages that are not as they should be.</returns>
    /// <exception cref="ProgramException">A page has lost the marks of a part.</exception>
    public IReadOnlyList<GuideChange> Update(bool write)
    {
        List<GuideChange> changes = [];
        UpdatePage(Index, "# Guide\n\n", [("contents", Contents())]);
        foreach (var entry in TutorialContents.All) UpdatePage(FileOf(entry), "", [("header", Header(entry)), ("asyncio", Asyncio(entry)), ("cluster", Cluster(entry))]);
        string[] present = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))] : [];
        var strangers = present.Except(TutorialContents.All.Select(FileOf)).Where(name => name != Index);
        return [.. changes, .. strangers.Select(name => new GuideChange(name, "is of no entry: delete it"))];

        void UpdatePage(string name, string title, (string Name, string Text)[] parts)
        {
            var path = Path.Combine(folder, name);
            var before = File.Exists(path) ? File.ReadAllText(path) : null;
            var after = Fill(name, before ?? title + Skeleton(parts.Select(part => part.Name)), parts);
            if (after == before) return;
            changes.Add(new(name, before is null ? "is missing" : "is stale"));
            if (!write) return;
            Directory.CreateDirectory(folder);
            File.WriteAllText(path, after);
        }
    }

    private static string Fill(string name, string page, (string Name, string Text)[] parts)
    {
        HashSet<string> filled = [];
        var after = Part().Replace(page, match =>
        {
            var part = match.Groups["part"].Value;
            filled.Add(part);
            return $"{Begin(part)}\n{parts.FirstOrDefault(each => each.Name == part).Text}{End}";
        });
        return parts.FirstOrDefault(part => !filled.Contains(part.Name)).Name is { } lost
            ? throw ProgramException.Failure($"{name} has no part '{lost}': put {Begin(lost)} and, on a later line, {End} where it belongs")
            : after;
    }

    /// <summary>A page on which nobody has written yet.</summary>
    private static string Skeleton(IEnumerable<string> parts)
    {
        string[] marks = [.. parts.Select(part => $"{Begin(part)}\n{End}\n")];
        // The header; then each heading, below it what belongs there.
        return marks is [var only] ? only : $"{marks[0]}\n" + string.Join('\n', Headings.Select((heading, i) => $"## {heading}\n" + (i is 1 or 2 ? $"\n{marks[i]}" : "")));
    }

    private static string Header(TutorialEntry entry)
    {
        var links = new[]
        {
            entry.Number > 1 ? $"‹ {Link(entry.Number - 1)}" : null,
            $"[Contents]({Index})",
            entry.Number < TutorialContents.All.Count ? $"{Link(entry.Number + 1)} ›" : null,
        };
        return $"\n# {entry.Number}. {NameOf(entry)}\n\n{string.Join(" · ", links.OfType<string>())}\n\n";

        static string Link(int number) => $"[{number}. {NameOf(TutorialContents.All[number - 1])}]({FileOf(TutorialContents.All[number - 1])})";
    }

    private static string Asyncio(TutorialEntry entry) => string.Concat(entry.Scenarios.Select(scenario =>
        $"\n`{scenario.Name}`:\n\n{Fence("python", scenario.Snippet)}{(scenario.Transcript.Length == 0 ? "" : $"What CPython printed, and how many seconds after its start:\n\n{Fence("text", scenario.Transcript)}")}"));

    private static string Cluster(TutorialEntry entry) => string.Concat(entry.Scenarios.Select(scenario =>
        $"\n`oa scenario run {scenario.Name}`:\n\n{Fence("csharp", ScenarioCatalog.TwinOf(scenario))}{scenario.Notice.Trim()}\n\n"));

    private static string Contents() => "\n| | what | to see it |\n|---|---|---|\n" + string.Concat(TutorialContents.All.Select(entry =>
        $"| {entry.Number} | [{NameOf(entry)}]({FileOf(entry)}) | {string.Join(", ", entry.Scenarios.Select(scenario => $"scenario run {scenario.Name}").Concat(entry.Commands).Select(command => $"`oa {command}`"))} |\n")) + "\n";

    private static string Fence(string language, string text) => $"```{language}\n{text.ReplaceLineEndings("\n").Trim('\n')}\n```\n\n";

    private static string Begin(string part) => $"<!-- generated by oa scenario guide: {part} -->";

    /// <summary>Its title, without the number that some have.</summary>
    private static string NameOf(TutorialEntry entry) => OwnNumber().Replace(entry.Title, "");

    [GeneratedRegex("^<!-- generated by oa scenario guide: (?<part>[a-z]+) -->$.*?^<!-- end -->$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Part();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();

    [GeneratedRegex("^[0-9]+[.] ")]
    private static partial Regex OwnNumber();
}

/// <summary>A page of the guide that is not as it should be.</summary>
/// <param name="Page">Its name.</param>
/// <param name="Problem">What it is.</param>
internal sealed record GuideChange(string Page, string Problem);
