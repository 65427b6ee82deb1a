using System.Globalization;

namespace OrleansAsync.Scenarios;

/// <summary>A line of the menu: what it runs or says.</summary>
/// <param name="Section">The section of the tutorial; null for what belongs to none.</param>
/// <param name="Text">What stands at its right end: a scenario, a command, or what it does.</param>
internal abstract record MenuChoice(TutorialEntry? Section, string Text)
{
    // Most scenarios and commands; a longer one takes from its title.
    private const int TextWidth = 28;

    private static readonly int LongestTitle = TutorialContents.All.Max(section => section.Title.Length);

    /// <summary>All choices, in the order of the tutorial's contents.</summary>
    public static IReadOnlyList<MenuChoice> All { get; } = [new AllScenarios(), .. TutorialContents.All.SelectMany(Of), new Quit()];

    /// <summary>Gets the line.</summary>
    /// <param name="width">How wide it may be.</param>
    public string Line(int width)
    {
        if (Section is null) return TimelineDrawing.Cut(Text, width);
        var title = Math.Clamp(width - 5 - Math.Max(TextWidth, Text.Length), 0, LongestTitle);
        return TimelineDrawing.Cut(string.Create(CultureInfo.InvariantCulture, $"{Section.Number,2}  {TimelineDrawing.Cut(Section.Title, title).PadRight(title)} {Text}"), width);
    }

    private static IEnumerable<MenuChoice> Of(TutorialEntry section)
    {
        var own = section.Scenarios.ToArray();
        var also = section.Commands.Select(command => Of(section, command));
        MenuChoice[] choices = [.. own.Select(scenario => new OneScenario(section, scenario)), .. also];
        return choices.Length > 0 ? choices : [new Prose(section)];
    }

    private static MenuChoice Of(TutorialEntry section, string command) => command.Split(' ') switch
    {
        ["scenario", "run", "all"] => new AllScenarios(section),
        ["scenario", "run", var name] when ScenarioCatalog.Find(name) is { } scenario => new OneScenario(section, scenario),
        _ => new OneCommand(section, command),
    };
}

/// <summary>Runs a scenario.</summary>
internal sealed record OneScenario(TutorialEntry Of, Scenario Scenario) : MenuChoice(Of, Scenario.Name);

/// <summary>Runs all scenarios.</summary>
internal sealed record AllScenarios(TutorialEntry? Of = null) : MenuChoice(Of, "run all scenarios");

/// <summary>Runs a command, or says how to type it.</summary>
internal sealed record OneCommand(TutorialEntry Of, string Command) : MenuChoice(Of, $"oa {Command}")
{
    /// <summary>Tells why the menu does not run it; null if it does.</summary>
    /// <param name="isEmbedded">Whether the cluster is the menu's own.</param>
    public string? WhyNot(bool isEmbedded) => Command.Split(' ') switch
    {
        ["bench" or "crawl", ..] => null,
        var words when words.Any(word => word.All(character => char.IsAsciiLetterUpper(character) || character == '_')) => "put the id that you mean in place of the capitals",
        _ when isEmbedded => "it looks into a cluster that others run: give --cluster local, or --cluster @FILE, after starting silos",
        ["top", ..] or ["loop", "watch", ..] => "it goes on until Ctrl-C: run it in a terminal of its own, beside this menu",
        _ => null,
    };
}

/// <summary>A section that has nothing to run.</summary>
internal sealed record Prose(TutorialEntry Of) : MenuChoice(Of, "");

/// <summary>Ends the menu.</summary>
internal sealed record Quit() : MenuChoice(null, "quit");
