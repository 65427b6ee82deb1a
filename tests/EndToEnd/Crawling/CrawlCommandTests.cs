using System.Text.Json;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.EndToEnd.Crawling;

public sealed class CrawlCommandTests
{
    [Fact]
    public async Task A_crawl_of_the_demo_site_finds_what_is_there_on_embedded_silos()
    {
        using var folder = new TemporaryFolder();
        await using var site = await DemoSite.StartAsync(TestContext.Current.CancellationToken);

        var run = await Processes.RunClientAsync(folder, ["crawl", .. site.Seeds, "--timeout", "3s", "-o", folder.File("out.jsonl")]);

        Assert.Equal((3, ""), (run.ExitCode, run.Out));
        DemoRecords.AssertComplete(site, await File.ReadAllLinesAsync(folder.File("out.jsonl"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_crawl_of_the_demo_site_finds_what_is_there_on_two_silo_processes()
    {
        using var folder = new TemporaryFolder();
        await using var site = await DemoSite.StartAsync(TestContext.Current.CancellationToken);
        await using var first = await Processes.StartSiloAsync(folder);
        await using var second = await Processes.StartSiloAsync(folder);

        var run = await Processes.RunClientAsync(folder, ["crawl", .. site.Seeds, "--timeout", "3s", "--cluster", "local", "--data", folder.Path, "--format", "json"]);

        Assert.Equal(3, run.ExitCode);
        var lines = run.Out.TrimEnd().Split('\n');
        DemoRecords.AssertComplete(site, lines[..^1]);
        using var last = JsonDocument.Parse(lines[^1]);
        Assert.Equal(1, last.RootElement.GetProperty("summary").GetProperty("timeout").GetInt32());
        Assert.Equal(2, lines[..^1].Select(static line => DemoRecords.Read(line).Silo).OfType<string>().Distinct().Count());
    }

    [Fact]
    public async Task A_list_of_urls_has_one_record_each_whatever_is_in_it()
    {
        using var folder = new TemporaryFolder();
        await using var site = await DemoSite.StartAsync(TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("urls"), $"{site.Seeds[0]}\n\nno url\nhttp://127.0.0.1:1/\n{site.Seeds[0]}#twice\n", TestContext.Current.CancellationToken);

        var run = await Processes.RunClientAsync(folder, "crawl", "--urls-file", folder.File("urls"), "--max-depth", "0", "--retries", "0", "-o", folder.File("out.jsonl"));

        Assert.Equal(3, run.ExitCode);
        var records = (await File.ReadAllLinesAsync(folder.File("out.jsonl"), TestContext.Current.CancellationToken)).Select(DemoRecords.Read).ToDictionary(static r => r.Url, static r => r.Outcome);
        Assert.Equal(
            new Dictionary<string, string> { [site.Seeds[0]] = "success", ["no url"] = "error", ["http://127.0.0.1:1/"] = "error" },
            records);
    }

    [Fact]
    public async Task Ctrl_C_pauses_a_crawl_with_whole_lines_and_a_summary_and_it_goes_on_where_it_was()
    {
        using var folder = new TemporaryFolder();
        await using var site = await DemoSite.StartAsync(TestContext.Current.CancellationToken);
        await using var client = Processes.Client(
            folder, ["crawl", .. site.Seeds, "--timeout", "3s", "--per-host", "1", "--delay", "20ms", "--id", "towns", "-o", folder.File("out.jsonl"), "--format", "json"]);
        await client.WaitForLineAsync("{\"url\":");

        var run = await client.InterruptAsync();

        Assert.Equal(130, run.ExitCode);
        Assert.Matches("crawl towns: .* pages of .*\ncrawl towns is paused; let it go on with: oa crawls resume towns\n$", run.Error);
        var lines = run.Out.TrimEnd().Split('\n');
        Assert.Equal(lines.Length - 1, lines[..^1].Select(static line => DemoRecords.Read(line).Url).Distinct().Count());
        Assert.True(lines.Length - 1 < site.Expected.Count, "the crawl was not cut short");
        using var summary = JsonDocument.Parse(lines[^1]);
        Assert.True(summary.RootElement.TryGetProperty("summary", out _));
        Assert.Contains("\"state\":\"paused\"", (await Processes.RunClientAsync(folder, "crawls", "show", "towns", "--format", "json")).Out, StringComparison.Ordinal);

        var resumed = await Processes.RunClientAsync(folder, "crawls", "resume", "towns", "-o", folder.File("more.jsonl"));

        Assert.Equal(3, resumed.ExitCode);
        DemoRecords.AssertComplete(site, await File.ReadAllLinesAsync(folder.File("out.jsonl"), TestContext.Current.CancellationToken));
        DemoRecords.AssertComplete(site, await File.ReadAllLinesAsync(folder.File("more.jsonl"), TestContext.Current.CancellationToken));
        var again = await Processes.RunClientAsync(folder, ["crawl", .. site.Seeds, "--id", "towns"]);
        Assert.Contains("crawl towns is finished", again.Error, StringComparison.Ordinal);
        Assert.Equal((2, 0), ((await Processes.RunClientAsync(folder, "crawls", "pause", "towns")).ExitCode, (await Processes.RunClientAsync(folder, "crawls", "delete", "towns")).ExitCode));
        Assert.Equal((0, ""), ((await Processes.RunClientAsync(folder, "crawls", "list")) is var list ? (list.ExitCode, list.Out) : default));
    }

    [Fact]
    public async Task A_crawl_whose_process_was_killed_goes_on_without_a_record_lost_or_twice()
    {
        using var folder = new TemporaryFolder();
        await using var site = await DemoSite.StartAsync(TestContext.Current.CancellationToken);
        string[] crawl = ["crawl", .. site.Seeds, "--timeout", "3s", "--per-host", "1", "--delay", "20ms", "--id", "towns", "-o", folder.File("out.jsonl"), "--format", "json"];
        for (var round = 0; round < 3; round++)
        {
            await using var client = Processes.Client(folder, crawl);
            await client.WaitForLineAsync("{\"url\":");
            await client.KillAsync();
            // Half a line of a follower that is gone.
            await File.AppendAllTextAsync(folder.File("out.jsonl"), "{\"url\":\"http://", TestContext.Current.CancellationToken);
        }

        var run = await Processes.RunClientAsync(folder, crawl);

        Assert.Equal(3, run.ExitCode);
        DemoRecords.AssertComplete(site, await File.ReadAllLinesAsync(folder.File("out.jsonl"), TestContext.Current.CancellationToken));
        using var summary = JsonDocument.Parse(run.Out.TrimEnd().Split('\n')[^1]);
        Assert.True(summary.RootElement.GetProperty("summary").GetProperty("resumed").GetBoolean());
    }

    [Theory]
    [InlineData("nothing to crawl", "crawl")]
    [InlineData("'nonsense' cannot be crawled", "crawl", "nonsense")]
    [InlineData("cannot write to 'no/x.jsonl'", "crawl", "http://127.0.0.1:1/", "-o", "no/x.jsonl")]
    [InlineData("unknown option '--site-maps'", "crawl", "http://127.0.0.1:1/", "--site-maps")]
    public async Task Wrong_input_is_one_line(string named, params string[] args)
    {
        using var folder = new TemporaryFolder();
        var run = await Processes.RunClientAsync(folder, args);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Matches($@"^oa: .*{named}.*\n$", run.Error);
    }
}
