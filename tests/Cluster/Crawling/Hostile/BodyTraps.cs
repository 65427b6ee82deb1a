using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>Bodies without end, and bodies that are not what their headers say.</summary>
internal static class BodyTraps
{
    private const string Chunked = "Transfer-Encoding: chunked\r\n";
    private const string TooLarge = "body larger than 4 MiB (see --max-body)";
    private const string Invalid = "invalid HTTP answer";

    public static IReadOnlyList<Trap> All { get; } =
    [
        new("/slow/first", static async x =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500));
            await x.PageAsync(x.Link);
        })
        { Follows = true },
        new("/body/huge", static async x =>
        {
            await x.BeginPageAsync("Content-Length: 2147483648\r\n");
            await x.FloodAsync(new byte[16 * 1024]);
        })
        { Outcome = PageOutcome.Error, Error = TooLarge, Bytes = 0 },
        new("/body/huger", static async x =>
        {
            await x.BeginPageAsync("Content-Length: 9223372036854775807\r\n");
            await x.FloodAsync(new byte[16 * 1024]);
        })
        { Outcome = PageOutcome.Error, Error = TooLarge, Bytes = 0 },
        TooMuch("/body/infinite", Chunked, "4000\r\n" + new string('x', 0x4000) + "\r\n"),
        TooMuch("/body/infinite-links", Chunked, "14\r\n<a href='/x'>x</a>  \r\n"),
        TooMuch("/body/infinite-plain", "", new string(' ', 16 * 1024)),
        TooMuch("/body/chunk-huge", Chunked + "\r\n7FFFFFFFFFFFFFFF", "xxxxxxxxxxxxxxxx"),
        Page("/body/short", "Content-Length: 1000\r\n", static x => x.Link) with { Outcome = PageOutcome.Error, Error = "truncated body", Attempts = 3 },
        Page("/body/short-chunks", Chunked, static x => Chunk(x.Link)) with { Outcome = PageOutcome.Error, Error = "truncated body", Attempts = 3 },
        Broken("/body/badchunk", "zz\r\nhello\r\n0\r\n\r\n"),
        Broken("/body/chunk-negative", "-5\r\nhello\r\n0\r\n\r\n"),
        Broken("/body/chunk-overflow", "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"),
        Broken("/body/chunk-end", "5\r\nhelloworld\r\n0\r\n\r\n"),
        Broken("/body/chunk-empty", "\r\nhello\r\n0\r\n\r\n"),
        Unending("/body/chunk-extension", "5;"),
        Unending("/body/chunk-digits", "0000000000"),
        Unending("/body/trailers", "5\r\nhello\r\n0\r\nX-More: and more", "\r\nX-More: and more"),
        Page("/body/nolen", "", static x => x.Link) with { Follows = true },
        Page("/body/length-none", "Content-Length: many\r\n", static x => x.Link) with { Follows = true },
        Page("/body/length-negative", "Content-Length: -1\r\n", static x => x.Link) with { Follows = true },
        Page("/body/length-two", "Content-Length: 5\r\nContent-Length: 500\r\n", static x => x.Link)
            with { Outcome = PageOutcome.Error, Error = Invalid, Follows = false },
        Page("/body/length-and-chunks", "Content-Length: 3\r\n" + Chunked, static x => Chunk(x.Link) + "0\r\n\r\n") with { Follows = true },
        // More than announced: what is too much must not become the answer to the next request.
        KeptOpen("/body/long", static _ => "<title>long</title>", static x => "<title>too much</title>" + x.Link) with { Title = "long" },
        KeptOpen("/body/second-answer", static _ => "<title>first</title>", static x => Answer("<title>second</title>" + x.Link)) with { Title = "first" },
        new("/conn/reset", static async x =>
        {
            await x.BeginPageAsync("Content-Length: 1000\r\n");
            await x.SendAsync(x.Link);
            x.Reset();
        })
        // The reset may overtake the head of the answer.
        { Outcome = PageOutcome.Error, Error = "connection reset", StatusVaries = true, Attempts = 3, Requests = (3, 12) },
    ];

    private static Trap Page(string path, string headers, Func<Exchange, string> body) => new(path, async x =>
    {
        await x.BeginPageAsync(headers);
        await x.SendAsync(body(x));
    });

    private static Trap KeptOpen(string path, Func<Exchange, string> body, Func<Exchange, string> rest) => new(path, async x =>
    {
        x.KeepsOpen = true;
        await x.SendAsync(Answer(body(x)) + rest(x));
    })
    { Follows = false };

    private static Trap TooMuch(string path, string headers, string piece) => new(path, async x =>
    {
        await x.BeginPageAsync(headers);
        await x.FloodAsync(piece);
    })
    { Outcome = PageOutcome.Error, Error = TooLarge, Bytes = HostileSite.MaxBodyBytes };

    private static Trap Broken(string path, string chunks) => Page(path, Chunked, x => Chunk(x.Link) + chunks) with { Outcome = PageOutcome.Error, Error = Invalid };

    /// <summary>What is around the chunks does not end: no body, so no limit of bodies holds it.</summary>
    private static Trap Unending(string path, string begin, string? piece = null) => new(path, async x =>
    {
        await x.BeginPageAsync(Chunked);
        await x.SendAsync(begin);
        await x.FloodAsync(piece ?? begin[^1..]);
    })
    { Outcome = PageOutcome.Error, Error = Invalid };

    private static string Chunk(string text) => $"{Encoding.Latin1.GetByteCount(text):x}\r\n{text}\r\n";

    private static string Answer(string html) => $"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {html.Length}\r\n\r\n{html}";
}
