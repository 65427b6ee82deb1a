using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>Answers that never end, though there is always a little more of them: only a limit of the whole time holds them.</summary>
internal static class SlowTraps
{
    private const string Chunked = "Transfer-Encoding: chunked\r\n";
    private const string NoAnswer = "timeout after 2 s waiting for the answer";
    private const string InBody = "timeout after 2 s reading the body, ";

    public static IReadOnlyList<Trap> All { get; } =
    [
        Waiting("/slow/hang", static x => x.HangAsync()),
        Waiting("/slow/drip-status", static x => x.DripAsync("H")),
        Waiting("/slow/drip-reason", static async x =>
        {
            await x.SendAsync("HTTP/1.1 200 O");
            await x.DripAsync("K");
        }),
        Waiting("/slow/drip-headers", static async x =>
        {
            await x.SendAsync("HTTP/1.1 200 OK\r\n");
            await x.DripAsync("X-More: to come\r\n");
        }),
        Waiting("/slow/drip-redirect", static async x =>
        {
            await x.SendAsync($"HTTP/1.1 302 Found\r\nLocation: {x.Child}\r\n");
            await x.DripAsync("X-More: to come\r\n");
        }) with { LeadsNot = ["/slow/drip-redirect/child"] },
        Waiting("/slow/continue", static x => x.DripAsync("HTTP/1.1 100 Continue\r\n\r\n")),
        Reading("/slow/hang-body", "Content-Length: 1000\r\n", static x => x.HangAsync()),
        Reading("/slow/drip", "Content-Length: 1000000\r\n", static x => x.DripAsync("x")),
        Reading("/slow/drip-plain", "", static x => x.DripAsync("x")),
        Reading("/slow/drip-chunks", Chunked, static x => x.DripAsync("1\r\nx\r\n")),
        Reading("/slow/drip-size", Chunked, static x => x.DripAsync("0")),
        Reading("/slow/drip-trailers", Chunked, static async x =>
        {
            await x.SendAsync("1\r\nx\r\n0\r\n");
            await x.DripAsync("X-More: to come\r\n");
        }),
        // What arrives decodes to nothing: no limit of bytes is ever reached.
        Reading("/slow/nothing", "Content-Encoding: gzip\r\n", static x => x.DripAsync(Nothing)),
    ];

    /// <summary>Members of gzip that hold nothing, one after another.</summary>
    public static byte[] Nothing { get; } =
        [.. Enumerable.Repeat<byte[]>([31, 139, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1000).SelectMany(static member => member)];

    private static Trap Waiting(string path, Func<Exchange, Task> answer) => new(path, answer) { Outcome = PageOutcome.Timeout, Status = null, Error = NoAnswer, Attempts = 2 };

    private static Trap Reading(string path, string headers, Func<Exchange, Task> body) => new(path, async x =>
    {
        await x.BeginPageAsync(headers);
        await body(x);
    })
    { Outcome = PageOutcome.Timeout, Error = InBody, Attempts = 2 };
}
