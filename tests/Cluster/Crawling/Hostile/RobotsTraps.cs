using System.IO.Compression;
using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>A host whose robots.txt is the trap; it has a page <c>/p</c> that links to <c>/private/x</c>.</summary>
/// <param name="Name">What it is called in tests.</param>
/// <param name="Answer">How robots.txt is answered.</param>
internal sealed record RobotsTrap(string Name, Func<Exchange, Task> Answer)
{
    /// <summary>What becomes of the page.</summary>
    public PageOutcome Outcome { get; init; } = PageOutcome.Success;

    /// <summary>What the error of its record begins with.</summary>
    public string? Error { get; init; }

    /// <summary>What becomes of the link; null if it is not found.</summary>
    public PageOutcome? Private { get; init; } = PageOutcome.Success;

    /// <summary>How often robots.txt is requested.</summary>
    public int Requests { get; init; } = 1;

    /// <summary>How often at most, where .NET repeats requests that were never answered.</summary>
    public int? MostRequests { get; init; }

    /// <summary>Further paths it needs.</summary>
    public IReadOnlyList<(string Path, Func<Exchange, Task> Answer)> Also { get; init; } = [];
}

/// <summary>What can be wrong with a robots.txt.</summary>
internal static class RobotsTraps
{
    private const string Rules = "User-agent: *\nDisallow: /private/\n";

    public static IReadOnlyList<RobotsTrap> All { get; } =
    [
        Missing("r401", 401), Missing("r403", 403), Missing("r404", 404), Missing("r410", 410),
        // RFC 9309 reads 429 as any 4xx; it is asked again first, as the answer may pass.
        Missing("r429", 429) with { Requests = 3 },
        Failing("r500", 500), Failing("r503", 503),
        new("r204", static x => x.SendAsync("HTTP/1.1 204 No Content\r\n\r\n")),
        Obeyed("r-plain", static x => TextAsync(x, Rules)),
        Obeyed("r-gzip", static x => x.ReplyAsync(200, Gzip(Encoding.UTF8.GetBytes(Rules)), "Content-Encoding: gzip\r\n")),
        Obeyed("r-mark", static x => TextAsync(x, "\u00ef\u00bb\u00bf" + Rules.Replace("\n", "\r", StringComparison.Ordinal))),
        Obeyed("r-bytes", static x => TextAsync(x, "\u00ff\u00fe\0\u0080 noise\n\0" + Rules + "\u00c3(\nDisallow\n: /\nUser-agent\n")),
        Obeyed("r-redirect5", static x => x.RedirectAsync("/robots/4")) with { Also = [.. Steps(4)] },
        // More than five redirects, or no end of them: there is none.
        new("r-redirect6", static x => x.RedirectAsync("/robots/5")) { Also = [.. Steps(5)] },
        new("r-redirect-loop", static x => x.RedirectAsync("/robots.txt")),
        new("r-redirect-nowhere", static x => x.RedirectAsync("mailto:a@b.test")),
        Obeyed("r-big", static x => TextAsync(x, Comment(400 * 1024) + Rules + Comment(200 * 1024))),
        // Of a rule that the limit cuts in two nothing counts: here it would forbid everything.
        new("r-cut", static x => TextAsync(x, "User-agent: *\n" + Comment((500 * 1024) - 14 - 11) + "Disallow: /elsewhere/\n")),
        Obeyed("r-endless", static async x =>
        {
            await x.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n22\r\n" + Rules + "\r\n");
            await x.FloodAsync("4\r\n# x\n\r\n");
        }),
        Obeyed("r-bomb", static x => x.ReplyAsync(200, Gzip(Encoding.UTF8.GetBytes(Rules), new byte[64 * 1024 * 1024]), "Content-Encoding: gzip\r\n")),
        Obeyed("r-rules", static x => TextAsync(x, "User-agent: *\n" + string.Concat(Enumerable.Range(0, 20_000).Select(static i => $"Disallow: /*{i}*x$\n")) + "Disallow: /private/\n")),
        Obeyed("r-stars", static x => TextAsync(x, $"User-agent: *\nDisallow: /{string.Concat(Enumerable.Repeat("*p", 100_000))}\nDisallow: /private/\n")),
        // The rule that forbids is named in the record, but not all 400 KB of it.
        new("r-long-rule", static x => TextAsync(x, $"User-agent: *\nDisallow: /{new string('*', 400 * 1024)}\n")) { Outcome = PageOutcome.Disallowed, Error = "robots.txt, line 2: Disallow: /***", Private = null },
        new("r-html", static x => x.PageAsync($"<!doctype html><title>Disallow: /</title><p>User-agent: *<br>Disallow: /<br>")),
        new("r-chunks", static x => x.SendAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{Rules}")) { Outcome = PageOutcome.Disallowed, Error = "robots.txt: invalid HTTP answer", Private = null },
        new("r-short", static x => x.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{Rules}")) { Outcome = PageOutcome.Disallowed, Error = "robots.txt: truncated body", Private = null, Requests = 3 },
        new("r-no-http", static x => x.SendAsync(Rules + "\r\n\r\n")) { Outcome = PageOutcome.Error, Error = "robots.txt: invalid HTTP answer", Private = null },
        new("r-close", static _ => Task.CompletedTask) { Outcome = PageOutcome.Error, Error = "robots.txt: connection closed before the answer", Private = null, Requests = 3, MostRequests = 12 },
    ];

    /// <summary>Hosts that take their time.</summary>
    public static IReadOnlyList<RobotsTrap> Slow { get; } =
    [
        new("r-hang", static x => x.HangAsync()) { Outcome = PageOutcome.Timeout, Error = "robots.txt: timeout after 2 s", Private = null, Requests = 2 },
        new("r-drip", static async x =>
        {
            await x.SendAsync("HTTP/1.1 200 OK\r\n\r\n" + Rules);
            await x.DripAsync("#");
        })
        { Outcome = PageOutcome.Timeout, Error = "robots.txt: timeout after 2 s", Private = null, Requests = 2 },
    ];

    private static RobotsTrap Missing(string name, int status) => new(name, x => x.ReplyAsync(status, Encoding.UTF8.GetBytes(Rules)));

    private static RobotsTrap Failing(string name, int status) =>
        new(name, x => x.ReplyAsync(status, [])) { Outcome = PageOutcome.Disallowed, Error = $"robots.txt: HTTP {status}", Private = null, Requests = 3 };

    private static RobotsTrap Obeyed(string name, Func<Exchange, Task> answer) => new(name, answer) { Private = PageOutcome.Disallowed };

    private static IEnumerable<(string Path, Func<Exchange, Task> Answer)> Steps(int first) => Enumerable.Range(0, first + 1)
        .Select(left => ($"/robots/{left}", (Func<Exchange, Task>)(x => left == 0 ? TextAsync(x, Rules) : x.RedirectAsync($"/robots/{left - 1}"))));

    private static Task TextAsync(Exchange x, string latin1) => x.ReplyAsync(200, Encoding.Latin1.GetBytes(latin1), "Content-Type: text/plain\r\n");

    private static string Comment(int length) => "#" + new string('.', length - 2) + "\n";

    private static byte[] Gzip(params byte[][] parts)
    {
        var packed = new MemoryStream();
        using (var packer = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            foreach (var part in parts)
                packer.Write(part);
        return packed.ToArray();
    }
}
