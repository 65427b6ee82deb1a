using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using OrleansAsync.Commands;
using OrleansAsync.Hosting;
using OrleansAsync.Scenarios;

namespace OrleansAsync.Tests.Unit.Docs;

/// <summary>docs/guide: its generated parts are up to date, somebody wrote the others, and the commands it names are the console's.</summary>
public sealed partial class GuideTests : IDisposable
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "guide");

    // Commands, options and scenarios that are being built.
    private static readonly string[] Pending = ["run extra", "mistake-", "loop-internals", "async-generators", "http-client", "rate-limiting", "--timeline", "--turns"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public static TheoryData<string> Pages => [.. TutorialContents.All.Select(GuidePages.FileOf)];

    public static TheoryData<string> PagesAndIndex => [.. TutorialContents.All.Select(GuidePages.FileOf), "README.md"];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Its_generated_parts_are_up_to_date() =>
        Assert.Empty(new GuidePages(Folder).Update(write: false).Select(change => $"{change.Page} {change.Problem}; run oa scenario guide docs/guide"));

    [Fact]
    public void Every_scenario_is_of_a_section() => Assert.All(ScenarioCatalog.All, scenario => Assert.Single(TutorialContents.All, entry => entry.Title == scenario.Section));

    [Theory, MemberData(nameof(Pages))]
    public void Under_each_heading_somebody_has_written(string page)
    {
        var parts = Heading().Split(GuidePages.HandWritten(File.ReadAllText(Path.Combine(Folder, page))));
        // What comes before the first heading, then headings and what is below them.
        Assert.Equal(GuidePages.Headings, parts.Where((_, i) => i % 2 == 1));
        Assert.All(parts.Where((_, i) => i > 0 && i % 2 == 0), text => Assert.True(text.Trim().Length > 20, $"Under a heading is only '{text.Trim()}'."));
        Assert.NotEmpty(Commands(parts[^1]));
    }

    [Theory, MemberData(nameof(PagesAndIndex))]
    public void Every_command_it_names_is_one_of_the_console(string page)
    {
        var root = RootCommandFactory.Create();
        var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null };
        Assert.All(Commands(File.ReadAllText(Path.Combine(Folder, page))).Where(command => !Pending.Any(command.Contains)), command =>
        {
            var arguments = CommandLineParser.SplitCommandLine(command.Replace("TASK_ID", "d07.4503599627370", StringComparison.Ordinal)).ToArray();
            Assert.Empty(root.Parse(arguments, configuration).Errors.Select(error => $"oa {command}: {error.Message}"));
            // That it has a name does not say that there is one of that name.
            if (arguments is ["scenario", "run" or "show", .. var names]) ScenarioViews.Find(names.TakeWhile(name => name[0] != '-').Where(name => name != "NAME"));
        });
    }

    [Fact]
    public void Missing_pages_are_made_and_what_is_written_on_them_stays()
    {
        var guide = new GuidePages(_folder.FullName);
        Assert.All(guide.Update(write: true), change => Assert.Equal("is missing", change.Problem));
        Assert.Equal(TutorialContents.All.Count + 1, _folder.GetFiles().Length);
        Assert.Empty(guide.Update(write: true));

        var page = Path.Combine(_folder.FullName, "09-asyncio-gather-coordinating-multiple-coroutines.md");
        var made = File.ReadAllText(page);
        Assert.Equal(["The idea", "On asyncio", "On Orleans", "What differs", "See it"], Heading().Matches(made).Select(match => match.Groups[1].Value));
        Assert.All(["# 9. asyncio.gather(): Coordinating Multiple Coroutines", "async def fetch(url):", "internal sealed record Fetch(", "Three coroutines, three loops"], part => Assert.Contains(part, made, StringComparison.Ordinal));

        var written = made.Replace("## The idea\n", "## The idea\n\nWaiting for several.\n", StringComparison.Ordinal);
        File.WriteAllText(page, written.Replace("async def fetch(url):", "def fetch(url):", StringComparison.Ordinal));
        Assert.Equal([new(Path.GetFileName(page), "is stale")], guide.Update(write: false));
        Assert.NotEqual(written, File.ReadAllText(page));
        guide.Update(write: true);
        Assert.Equal(written, File.ReadAllText(page));
    }

    [Fact]
    public void A_page_of_no_entry_is_told_of_and_stays()
    {
        var guide = new GuidePages(_folder.FullName);
        guide.Update(write: true);
        File.WriteAllText(Path.Combine(_folder.FullName, "45-more.md"), "# 45. More\n");
        Assert.Equal([new("45-more.md", "is of no entry: delete it")], guide.Update(write: true));
        Assert.Equal([new("45-more.md", "is of no entry: delete it")], guide.Update(write: false));
    }

    [Fact]
    public void A_page_that_lost_its_marks_is_refused()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "README.md"), "# Guide\n");
        Assert.Equal(
            "README.md has no part 'contents': put <!-- generated by oa scenario guide: contents --> and, on a later line, <!-- end --> where it belongs",
            Assert.Throws<ProgramException>(() => new GuidePages(_folder.FullName).Update(write: true)).Message);
    }

    /// <summary>The commands that a page names in the text or has in a sh fence, without oa.</summary>
    private static IEnumerable<string> Commands(string page) => Command().Matches(page).Select(match => match.Groups["command"].Value.Trim());

    [GeneratedRegex("^## (.+)\n", RegexOptions.Multiline)]
    private static partial Regex Heading();

    // A line may set variables before, and say something or go on behind.
    [GeneratedRegex(@"`oa (?<command>[^`]+)`|^(?:[A-Z_]+=\S+ )*oa (?<command>[^#|\n]+)", RegexOptions.Multiline)]
    private static partial Regex Command();
}
