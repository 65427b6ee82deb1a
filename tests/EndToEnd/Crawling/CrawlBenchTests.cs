using System.Text.Json;

namespace OrleansAsync.Tests.EndToEnd.Crawling;

/// <summary><c>oa bench crawl</c>.</summary>
public sealed class CrawlBenchTests
{
    [Fact]
    public async Task The_built_in_site_is_crawled_whole_in_every_run_and_nothing_is_left_in_the_store()
    {
        using var folder = new TemporaryFolder();

        var run = await Processes.RunClientAsync(folder, "bench", "crawl", "--pages", "50", "--repeat", "2", "--format", "json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var result = JsonDocument.Parse(run.Out);
        Assert.Equal(("crawl", 50), (result.RootElement.GetProperty("name").GetString(), result.RootElement.GetProperty("n").GetInt32()));
        Assert.Equal(2, result.RootElement.GetProperty("elapsed_ms").GetArrayLength());
        var list = await Processes.RunClientAsync(folder, "crawls", "list", "--format", "json");
        Assert.Equal((0, ""), (list.ExitCode, list.Out));
    }

    [Theory]
    [InlineData("oa: --pages is the size of the built-in site; leave it out, or the URLs", "http://127.0.0.1:1/", "--pages", "5")]
    [InlineData("oa: '127.0.0.1' cannot be crawled: ", "127.0.0.1")]
    [InlineData("oa: bench crawl: http://127.0.0.1:1/ and what it leads to has no page", "http://127.0.0.1:1/")]
    public async Task What_cannot_be_measured_is_one_line(string error, params string[] args)
    {
        using var folder = new TemporaryFolder();

        var run = await Processes.RunClientAsync(folder, ["bench", "crawl", .. args]);

        Assert.NotEqual(0, run.ExitCode);
        Assert.StartsWith(error, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }
}
