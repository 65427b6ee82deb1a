namespace OrleansAsync.Tests.EndToEnd.Crawling;

public sealed class RobotsCommandTests
{
    [Fact]
    public async Task Each_url_has_a_line_with_the_rule_that_decides()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("robots.txt"), "User-agent: *\nDisallow: /private\n", TestContext.Current.CancellationToken);
        string[] command = ["robots", folder.File("robots.txt"), "--agent", "bot", "http://a.test/", "http://a.test/private/x"];

        var text = await Processes.RunClientAsync(folder, command);
        var json = await Processes.RunClientAsync(folder, [.. command, "--format", "json"]);

        Assert.Equal((0, "allowed\thttp://a.test/\ndisallowed\thttp://a.test/private/x\tline 2: Disallow: /private\n", ""), (text.ExitCode, text.Out, text.Error));
        Assert.Equal(
            (0, "{\"url\":\"http://a.test/\",\"allowed\":true,\"rule\":null,\"line\":null}\n{\"url\":\"http://a.test/private/x\",\"allowed\":false,\"rule\":\"Disallow: /private\",\"line\":2}\n"),
            (json.ExitCode, json.Out));
    }

    [Theory]
    [InlineData(2, "--agent", "robots", "robots.txt", "http://a.test/")]
    [InlineData(2, "it does not exist", "robots", "robots.txt", "--agent", "bot", "http://a.test/")]
    [InlineData(2, "unknown option '--nonsense'", "robots", "robots.txt", "--agent", "bot", "http://a.test/", "--nonsense")]
    [InlineData(1, "connection refused", "robots", "http://127.0.0.1:1/robots.txt", "--agent", "bot", "http://a.test/")]
    public async Task What_goes_wrong_is_one_line(int exitCode, string named, params string[] args)
    {
        using var folder = new TemporaryFolder();

        var run = await Processes.RunClientAsync(folder, args);

        Assert.Equal((exitCode, ""), (run.ExitCode, run.Out));
        Assert.Matches($"^oa: .*{named}.*\n$", run.Error);
    }
}
