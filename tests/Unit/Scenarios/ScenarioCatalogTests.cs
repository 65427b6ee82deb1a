using OrleansAsync.Hosting;
using OrleansAsync.Scenarios;
using OrleansAsync.Tests.Unit.Crawling;

namespace OrleansAsync.Tests.Unit.Scenarios;

/// <summary>What each scenario says of itself, against the recorded transcripts where they are at hand.</summary>
public sealed class ScenarioCatalogTests
{
    public static TheoryData<string> Names => [.. ScenarioCatalog.All.Select(scenario => scenario.Name)];

    public static TheoryData<string> Snippets => [.. ScenarioCatalog.Snippets.Select(scenario => scenario.Name)];

    public static TheoryData<string> Literal => [.. ScenarioCatalog.All.Where(scenario => scenario.Counterparts.Count == 0).Select(scenario => scenario.Name)];

    [Fact]
    public void There_is_one_for_each_snippet() =>
        Assert.Equal(Enumerable.Range(1, 38).Select(number => $"{number:00}"), ScenarioCatalog.Snippets.Select(scenario => scenario.Name[..2]));

    [Fact]
    public void The_others_come_after_the_snippets()
    {
        Assert.Equal(
            ["async-generators", "http-client", "loop-internals", .. Enumerable.Range(1, 5).Select(number => $"mistake-{number}"), "rate-limiting"],
            ScenarioCatalog.Extra.Select(scenario => scenario.Name.StartsWith("mistake-", StringComparison.Ordinal) ? scenario.Name[.."mistake-1".Length] : scenario.Name));
        Assert.Equal([.. ScenarioCatalog.Snippets, .. ScenarioCatalog.Extra], ScenarioCatalog.All);
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_section_is_an_entry_of_the_contents(string name) =>
        Assert.Single(TutorialContents.All, entry => entry.Title == ScenarioCatalog.Find(name)!.Section);

    [Fact]
    public void Groups_names_and_numbers_are_found()
    {
        Assert.Equal(ScenarioCatalog.Snippets, ScenarioViews.Find(["all"]));
        Assert.Equal(ScenarioCatalog.Extra, ScenarioViews.Find(["extra"]));
        Assert.Equal(
            ["06-gather", "13-real-world-scraper", "http-client"], ScenarioViews.Find(["6", "13-real-world-scraper", "http-client"]).Select(scenario => scenario.Name));
    }

    [Theory]
    [InlineData("gather")]
    [InlineData("mistake")]
    [InlineData("39")]
    [InlineData("")]
    public void Another_name_gets_a_line_that_names_the_groups(string name) => Assert.Equal(
        $"there is no scenario {name}; see oa scenario list, or run all, the snippets, or extra, the others", Assert.Throws<ProgramException>(() => ScenarioViews.Find([name])).Message);

    [Theory]
    [InlineData("all")]
    [InlineData("extra")]
    public void A_group_cannot_be_shown(string group) => Assert.Throws<ProgramException>(() => ScenarioViews.FindOne(group));

    [Theory, MemberData(nameof(Literal))]
    public void The_lines_that_CPython_printed_pass_and_each_counts(string name)
    {
        var scenario = ScenarioCatalog.Find(name)!;
        ScenarioLine[] lines = [.. ScenarioTranscript.Of(scenario).Lines.Select((line, index) => new ScenarioLine($"{index}", 1, "", "", line.Text))];
        Assert.Null(ScenarioCheck.Lines(scenario, lines));
        for (var i = 0; i < lines.Length; i++) Assert.NotNull(ScenarioCheck.Lines(scenario, [.. lines[..i], .. lines[(i + 1)..]]));
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_duration_is_what_CPython_took_apart_from_the_interpreter(string name)
    {
        var scenario = ScenarioCatalog.Find(name)!;
        // An interpreter needs up to half a second on the machine that recorded it; pytest a little more.
        Assert.InRange(ScenarioTranscript.Of(scenario).Wall - scenario.Duration, -0.05, 0.8);
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_twin_is_its_source(string name)
    {
        var twin = ScenarioCatalog.TwinOf(ScenarioCatalog.Find(name)!);
        Assert.StartsWith("public override async Task RunAsync(IClusterLoop loop)", twin, StringComparison.Ordinal);
        Assert.DoesNotContain("public override string", twin, StringComparison.Ordinal);
        Assert.Contains("PrintAsync", twin, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Snippets))]
    public void Snippet_and_transcript_are_the_recorded_ones(string name)
    {
        var folder = SharedReference.Find("transcripts");
        var scenario = ScenarioCatalog.Find(name)!;
        var source = File.ReadAllLines(Path.Combine(folder, $"{name}.py"));
        Assert.Contains($" {scenario.Section} (", source[0], StringComparison.Ordinal);
        Assert.Equal(Trimmed(string.Join('\n', source[2..])), Trimmed(scenario.Snippet));
        Assert.Equal(Trimmed(File.ReadAllText(Path.Combine(folder, $"{name}.timed"))), Trimmed(scenario.Transcript));
    }

    private static string Trimmed(string text) => string.Join('\n', text.Trim('\n').ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).TrimEnd();
}
