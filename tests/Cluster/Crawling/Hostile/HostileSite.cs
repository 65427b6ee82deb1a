namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>A site with every trap there is, one that keeps its visitors waiting, and a host for each bad robots.txt.</summary>
internal sealed class HostileSite : IAsyncDisposable
{
    /// <summary>The limit its crawls have.</summary>
    public const long MaxBodyBytes = 4 * 1024 * 1024;

    public HostileSite()
    {
        foreach (var trap in AtMain.Values) Add(Main, trap);
        Main.On("/robots.txt", static x => x.ReplyAsync(200, "User-agent: *\nDisallow: /disallowed/\nAllow: /disallowed/ok/\n"u8.ToArray(), "Content-Type: text/plain\r\n"));
        Main.On("/", static x => x.PageAsync(string.Concat(AtMain.Keys.Select(static path => $"<a href=\"{path}\">{path}</a>\n"))));
        // Plain text where TLS is expected.
        Main.On("/tls", static x => x.SendAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
        foreach (var trap in AtSlow.Values) Add(Slow, trap);
        Slow.On("/tls", static x => x.HangAsync());
        foreach (var trap in AtHosts.Values.Concat(AtSlowHosts.Values))
        {
            var host = new RawSite();
            host.On("/robots.txt", trap.Answer).On("/p", static x => x.PageAsync("<a href=/private/x>x</a>")).On("/private/x", static x => x.PageAsync("<title>private</title>"));
            foreach (var (path, answer) in trap.Also) host.On(path, answer);
            Hosts.Add(trap.Name, host);
        }

        foreach (var path in GarbledAnswers.Paths) Garbled.On(path, static x => x.SendAsync(GarbledAnswers.Of(x.Path)));
        string[] paths = [.. Enumerable.Range(0, 40).Select(static i => $"/p{i}")];
        Crowd.On("/", x => x.PageAsync(string.Concat(paths.Select(static path => $"<a href={path}>p</a>"))));
        foreach (var path in paths)
            Crowd.On(path, static async x =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
                await x.PageAsync("<title>p</title>");
            });
    }

    /// <summary>The traps of <see cref="Main"/>, by path.</summary>
    public static IReadOnlyDictionary<string, Trap> AtMain { get; } =
        new[] { RedirectTraps.All, StatusTraps.All, BodyTraps.All, PackedTraps.All, TextTraps.All, PageTraps.All }.SelectMany(static traps => traps).ToDictionary(static trap => trap.Path);

    /// <summary>The traps of <see cref="Slow"/>, by path.</summary>
    public static IReadOnlyDictionary<string, Trap> AtSlow { get; } = SlowTraps.All.ToDictionary(static trap => trap.Path);

    /// <summary>The traps of <see cref="Hosts"/>, by name.</summary>
    public static IReadOnlyDictionary<string, RobotsTrap> AtHosts { get; } = RobotsTraps.All.ToDictionary(static trap => trap.Name);

    /// <summary>Those of them that take their time.</summary>
    public static IReadOnlyDictionary<string, RobotsTrap> AtSlowHosts { get; } = RobotsTraps.Slow.ToDictionary(static trap => trap.Name);

    public RawSite Main { get; } = new();

    public RawSite Slow { get; } = new();

    /// <summary>Forty pages that take a while.</summary>
    public RawSite Crowd { get; } = new();

    /// <summary>Answers that were right once.</summary>
    public RawSite Garbled { get; } = new();

    /// <summary>By the name of their trap.</summary>
    public Dictionary<string, RawSite> Hosts { get; } = new(StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var site in (RawSite[])[Main, Slow, Crowd, Garbled, .. Hosts.Values]) await site.DisposeAsync();
    }

    private static void Add(RawSite site, Trap trap)
    {
        site.On(trap.Path, trap.Answer);
        foreach (var (path, answer) in trap.Also) site.On(path, answer);
    }
}
