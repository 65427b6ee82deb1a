using System.Net;
using System.Net.Sockets;
using OrleansAsync.Crawling;
using OrleansAsync.Hosting;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class RobotsCheckTests : IDisposable
{
    private const string Text = "User-agent: *\nDisallow: /private\nAllow: /private/open\n\nUser-agent: nobot\nDisallow: /\n";

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("orleansasync-").FullName, "robots.txt");
    private readonly PageFetcher _fetcher = new(TimeProvider.System);
    private readonly List<string> _said = [];

    public RobotsCheckTests() => File.WriteAllText(_file, Text);

    public void Dispose()
    {
        _fetcher.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    [Fact]
    public async Task A_file_decides_and_the_rule_is_named() => Assert.Equal(
        [
            new("http://a.test/", true, null, null),
            new("https://b.test/private/x?y", false, "Disallow: /private", 2),
            new("/private/open", true, "Allow: /private/open", 3),
        ],
        await RunAsync(_file, "bot", "http://a.test/", "https://b.test/private/x?y", "/private/open"));

    [Theory]
    [InlineData("nobot", false)]
    [InlineData("NoBot/2.1 (+http://a.test/bot)", false)]
    [InlineData("nobot news", true)]
    public async Task The_robot_is_its_name_or_what_it_sends_as_user_agent(string agent, bool allowed) =>
        Assert.Equal(allowed, Assert.Single(await RunAsync(_file, agent, "/x")).Allowed);

    [Fact]
    public async Task A_line_of_text_has_verdict_url_and_rule() => Assert.Equal(
        ["allowed\t/", "disallowed\t/private\tline 2: Disallow: /private"],
        (await RunAsync(_file, "bot", "/", "/private")).Select(static line => line.ToText()));

    [Theory]
    [InlineData("/")]
    [InlineData("/robots.txt")]
    [InlineData("/moved")]
    public async Task A_url_is_fetched(string path)
    {
        await using var server = new RawServer(exchange => exchange.SendAsync(exchange.Target switch
        {
            "/robots.txt" => $"HTTP/1.1 200 OK\r\nContent-Length: {Text.Length}\r\nConnection: close\r\n\r\n{Text}",
            "/moved" => "HTTP/1.1 301 X\r\nLocation: /robots.txt\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            _ => "HTTP/1.1 500 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        }));

        Assert.False(Assert.Single(await RunAsync(server.Url.Origin + path, "bot", "/private")).Allowed);
        Assert.Empty(_said);
    }

    [Theory]
    [InlineData(404, true, "everything is allowed")]
    [InlineData(403, true, "everything is allowed")]
    [InlineData(500, false, "nothing is allowed")]
    [InlineData(503, false, "nothing is allowed")]
    public async Task An_answer_without_a_file_decides_too_and_is_told(int status, bool allowed, string said)
    {
        await using var server = new RawServer($"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        Assert.Equal(new RobotsLine("/x", allowed, null, null), Assert.Single(await RunAsync(server.Url.Href, "bot", "/x")));
        Assert.Contains($"HTTP {status}", Assert.Single(_said), StringComparison.Ordinal);
        Assert.EndsWith(said, _said[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_into_a_private_network_that_nobody_named_is_not_followed()
    {
        await using var server = new RawServer("HTTP/1.1 302 X\r\nLocation: http://10.0.0.1/robots.txt\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        var error = await Assert.ThrowsAsync<ProgramException>(() => RunAsync(server.Url.Href, "bot", "/x"));

        Assert.Contains("private", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_a_failure_of_the_surroundings()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var dead = $"http://{listener.LocalEndpoint}/";
        listener.Stop();

        var error = await Assert.ThrowsAsync<ProgramException>(() => RunAsync(dead, "bot", "/x"));

        Assert.Equal((false, $"cannot fetch {dead}robots.txt: connection refused"), (error.IsInput, error.Message));
    }

    [Theory]
    [InlineData("/nowhere/robots.txt", "/x", "'/nowhere/robots.txt': it does not exist")]
    [InlineData("http://", "/x", "'http://' cannot be fetched")]
    [InlineData("/nowhere/robots.txt", "ftp://a.test/", "'ftp://a.test/' cannot be checked")]
    [InlineData("/nowhere/robots.txt", "nonsense", "'nonsense' cannot be checked")]
    public async Task Wrong_input_is_named(string source, string url, string expected)
    {
        var error = await Assert.ThrowsAsync<ProgramException>(() => RunAsync(source, "bot", url));

        Assert.True(error.IsInput);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<RobotsLine>> RunAsync(string source, string agent, params string[] urls) =>
        await new RobotsCheck(_fetcher, _said.Add).RunAsync(source, agent, urls, TestContext.Current.CancellationToken);
}
