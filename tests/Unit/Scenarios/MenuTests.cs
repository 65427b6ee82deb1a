using OrleansAsync.Scenarios;
using Spectre.Console;

namespace OrleansAsync.Tests.Unit.Scenarios;

/// <summary>What the menu offers, and how its lines look.</summary>
public sealed class MenuTests
{
    [Fact]
    public void Every_section_and_every_scenario_is_in_it_in_the_order_of_the_tutorial()
    {
        Assert.Equal(Enumerable.Range(1, 44), MenuChoice.All.Where(choice => choice.Section is not null).Select(choice => choice.Section!.Number).Distinct());
        Assert.Empty(ScenarioCatalog.All.Except(MenuChoice.All.OfType<OneScenario>().Select(choice => choice.Scenario)));
        Assert.IsType<AllScenarios>(MenuChoice.All[0]);
        Assert.IsType<Quit>(MenuChoice.All[^1]);
        // The line that was chosen is found again.
        Assert.Equal(MenuChoice.All.Count, MenuChoice.All.Distinct().Count());
    }

    [Theory]
    [InlineData(76)]
    [InlineData(196)]
    public void No_line_is_wider_than_it_may_be_and_each_says_what_it_runs(int width)
    {
        Assert.All(MenuChoice.All, choice => Assert.InRange(choice.Line(width).Length, 4, width));
        Assert.All(MenuChoice.All, choice => Assert.EndsWith(choice.Text, choice.Line(width), StringComparison.Ordinal));
        Assert.StartsWith(" 9  asyncio.gather(): Coordinating", MenuChoice.All.First(choice => choice.Section?.Number == 9).Line(width), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bench models", true, true)]
    [InlineData("crawl demo", true, true)]
    [InlineData("ps", true, false)]
    [InlineData("ps", false, true)]
    [InlineData("top", false, false)]
    [InlineData("cancel TASK_ID", false, false)]
    [InlineData("loop watch ID --turns", false, false)]
    public void A_command_is_run_where_that_makes_sense(string command, bool isEmbedded, bool isRun) =>
        Assert.Equal(isRun, new OneCommand(TutorialContents.All[0], command).WhyNot(isEmbedded) is null);

    [Fact]
    public void Snippet_and_twin_stand_side_by_side_where_there_is_room()
    {
        var scenario = ScenarioCatalog.Find("06-gather")!;
        var wide = Shown(scenario, 200);
        Assert.Contains(wide, line => line.Contains("async def fetch(url):", StringComparison.Ordinal) && line.Contains("oa.scenario.06.main", StringComparison.Ordinal));
        var narrow = Shown(scenario, 80);
        Assert.True(
            narrow.FindIndex(line => line.Contains("asyncio.run(main())", StringComparison.Ordinal)) is > 0 and var last && narrow.FindIndex(line => line.Contains("internal sealed record Main", StringComparison.Ordinal)) > last,
            string.Join('\n', narrow));
    }

    private static List<string> Shown(Scenario scenario, int width)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        console.Write(CodeView.Draw(scenario, width));
        List<string> lines = [.. text.ToString().ReplaceLineEndings("\n").Split('\n')];
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        return lines;
    }
}
