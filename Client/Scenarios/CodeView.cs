using Spectre.Console;
using Spectre.Console.Rendering;

namespace OrleansAsync.Scenarios;

/// <summary>Shows a snippet and its twin: side by side where there is room, else one above the other.</summary>
internal static class CodeView
{
    // Both beside each other with hardly a line broken.
    private const int Wide = 140;

    /// <summary>Draws them.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="width">The width of the terminal.</param>
    public static IRenderable Draw(Scenario scenario, int width)
    {
        var (snippet, twin) = (new Text(scenario.Snippet.TrimEnd()), new Text(ScenarioCatalog.TwinOf(scenario)));
        if (width < Wide) return new Rows(Heading("asyncio"), snippet, Text.Empty, Heading("on the cluster"), twin);
        // A column each; the snippet's takes no more than it needs.
        var left = Math.Min(width / 2, scenario.Snippet.Split('\n').Max(line => line.TrimEnd().Length));
        return new Table().Border(TableBorder.Rounded)
            .AddColumn(new TableColumn("[bold]asyncio[/]").Width(left)).AddColumn(new TableColumn("[bold]on the cluster[/]"))
            .AddRow(snippet, twin);
    }

    private static Rule Heading(string title) => new Rule($"[bold]{title}[/]").LeftJustified();
}
