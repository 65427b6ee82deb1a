using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>Odd statuses, odd headers, and connections that end too early.</summary>
internal static class StatusTraps
{
    private const string Invalid = "invalid HTTP answer";
    private const string TooLarge = "response headers larger than 64 KiB";

    public static IReadOnlyList<Trap> All { get; } =
    [
        new("/flaky/503", static x => x.Number <= 2 ? x.ReplyAsync(503, []) : x.PageAsync(x.Link)) { Attempts = 3, Follows = true },
        Failing("/status/500", 500) with { Attempts = 3 },
        Failing("/status/404", 404),
        Failing("/status/410", 410),
        Failing("/status/999", 999),
        Failing("/status/600", 600),
        new("/auth/basic", static x => x.ReplyAsync(401, [], "WWW-Authenticate: Basic realm=\"x\"\r\n")) { Outcome = PageOutcome.Error, Status = 401, Error = "HTTP 401" },
        new("/status/204", static x => x.SendAsync($"HTTP/1.1 204 No Content\r\nContent-Type: text/html\r\n\r\n{x.Link}")) { Status = 204, Bytes = 0, Follows = false },
        new("/status/304", static x => x.SendAsync($"HTTP/1.1 304 Not Modified\r\nContent-Type: text/html\r\n\r\n{x.Link}")) { Status = 304, Bytes = 0, Follows = false },
        new("/status/101", static async x =>
        {
            await x.SendAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n");
            await x.FloodAsync("other");
        })
        { Outcome = PageOutcome.Error, Status = 101, Error = "HTTP 101" },
        new("/status/hints", static async x =>
        {
            for (var i = 0; i < 5; i++) await x.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: </style>; rel=preload\r\n\r\n");
            await x.PageAsync(x.Link);
        })
        { Follows = true },
        NotHttp("/status/number", "HTTP/1.1 1000 Thousand\r\nContent-Length: 0\r\n\r\n"),
        NotHttp("/status/letters", "HTTP/1.1 abc OK\r\n\r\n"),
        NotHttp("/status/line", "HTTP/1.1\r\n\r\n"),
        NotHttp("/status/09", "<title>HTTP/0.9</title>\r\n\r\n"),
        NotHttp("/status/banner", "220 mail.test ESMTP \u001b[31m\r\n"),
        NotHttp("/header/colon", "HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 0\r\n\r\n"),
        NotHttp("/header/name", "HTTP/1.1 200 OK\r\nbad name: x\r\nContent-Length: 0\r\n\r\n"),
        new("/header/huge", static x => x.ReplyAsync(200, [], $"X-Huge: {new string('x', 256 * 1024)}\r\n")) { Outcome = PageOutcome.Error, Status = null, Error = TooLarge },
        Endless("/header/endless", "HTTP/1.1 200 OK\r\n", "X-More: and more\r\n"),
        Endless("/header/line", "HTTP/1.1 200 OK\r\nX-More: ", "and more "),
        Endless("/header/status", "HTTP/1.1 200 ", "OK "),
        new("/header/many", static x => x.ReplyAsync(200, [], string.Concat(Enumerable.Range(0, 2000).Select(static i => $"X-{i}: {i}\r\n"))))
        { Bytes = 0 },
        Odd("/header/fold", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Folded: a\r\n b\r\n\r\n"),
        Odd("/header/lf", "HTTP/1.1 200 OK\nContent-Type: text/html\n\n"),
        Odd("/header/10", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n"),
        Odd("/header/reason", "HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\n"),
        Odd("/header/bytes", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Bytes: \u00ff\u00fe\u0080\u001b[31m\r\n\r\n"),
        new("/conn/close", static _ => Task.CompletedTask) { Outcome = PageOutcome.Error, Status = null, Error = "connection closed before the answer", Attempts = 3, Requests = (3, 12) },
        new("/conn/refuse", static x =>
        {
            x.Reset();
            return Task.CompletedTask;
        })
        { Outcome = PageOutcome.Error, Status = null, Error = "connection reset", Attempts = 3, Requests = (3, 12) },
    ];

    private static Trap Failing(string path, int status) => new(path, x => x.ReplyAsync(status, [])) { Outcome = PageOutcome.Error, Status = status, Error = $"HTTP {status}" };

    private static Trap NotHttp(string path, string answer) => new(path, x => x.SendAsync(answer)) { Outcome = PageOutcome.Error, Status = null, Error = Invalid };

    private static Trap Endless(string path, string begin, string piece) => new(path, async x =>
    {
        await x.SendAsync(begin);
        await x.FloodAsync(piece);
    })
    { Outcome = PageOutcome.Error, Status = null, Error = TooLarge };

    /// <summary>What is not as it should be, and understood by every browser.</summary>
    private static Trap Odd(string path, string head) => new(path, x => x.SendAsync(head + x.Link)) { Follows = true };
}
