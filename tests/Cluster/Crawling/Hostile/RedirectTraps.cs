using System.Globalization;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>Redirects that do not end, or lead where nobody can go.</summary>
internal static class RedirectTraps
{
    private const string Loop = "redirect loop";
    private const string TooMany = "too many redirects (20)";

    public static IReadOnlyList<Trap> All { get; } =
    [
        Endless("/redirect/loop1", "/redirect/loop2", Loop) with { Also = [("/redirect/loop2", static x => x.RedirectAsync("/redirect/loop1"))] },
        Endless("/redirect/self", "/redirect/self", Loop),
        Endless("/redirect/empty", "", Loop),
        Endless("/redirect/fragment", "#top", Loop),
        new("/redirect/grow", static x => x.RedirectAsync(x.Target + (x.Target == x.Path ? "?x" : "x"))) { Outcome = PageOutcome.Error, Status = 302, Error = TooMany, Requests = (21, 21) },
        Chain(5) with { Title = "end5" },
        Chain(30) with { Outcome = PageOutcome.Error, Status = 302, Error = TooMany },
        new("/redirect/relative/x", static x => x.RedirectAsync("../ok?r=1")) { Title = "ok", Also = [("/redirect/ok", static x => x.PageAsync($"<title>{(x.Target == "/redirect/ok?r=1" ? "ok" : x.Target)}</title>"))] },
        new("/redirect/authority", static x => x.RedirectAsync($"//{x.Host}{x.Child}")) { Title = "child" },
        new("/redirect/backslash", static x => x.RedirectAsync("\\redirect\\backslash\\child")) { Title = "child" },
        new("/redirect/without", static x => x.ReplyAsync(302, [])) { Outcome = PageOutcome.Error, Status = 302, Error = "HTTP 302" },
        Nowhere("/redirect/script", "javascript:alert(1)"),
        Nowhere("/redirect/file", "file:///etc/passwd"),
        Nowhere("/redirect/nobody", "http://:80/"),
        Nowhere("/redirect/terminal", "javascript:\u001b[2J\u0007\t"),
        new("/redirect/long", static x => x.RedirectAsync("/" + new string('x', 40_000))) { Outcome = PageOutcome.Error, Status = 302, Error = "redirect to an address longer than 16384 characters" },
        new("/redirect/disallowed", static x => x.RedirectAsync("/disallowed/hop"))
        {
            Outcome = PageOutcome.Disallowed, Status = 302, Error = "robots.txt, line 2: Disallow: /disallowed/", LeadsNot = ["/disallowed/hop"],
        },
        // The body of a redirect is nobody's business.
        new("/redirect/endless", static async x =>
        {
            await x.SendAsync($"HTTP/1.1 302 Found\r\nLocation: {x.Child}\r\nTransfer-Encoding: chunked\r\n\r\n");
            await x.FloodAsync("10\r\n0123456789abcdef\r\n");
        })
        { Title = "child" },
        new("/disallowed/x", static x => x.PageAsync("never")) { Outcome = PageOutcome.Disallowed, Status = null, Error = "robots.txt, line 2: Disallow: /disallowed/", Attempts = 0 },
        new("/disallowed/ok/page", static x => x.PageAsync(x.Link)) { Follows = true },
    ];

    private static Trap Endless(string path, string target, string error) =>
        new(path, x => x.RedirectAsync(target)) { Outcome = PageOutcome.Error, Status = 302, Error = error };

    private static Trap Nowhere(string path, string target) =>
        new(path, x => x.RedirectAsync(target)) { Outcome = PageOutcome.Error, Status = 302, Error = "redirect to an address that is not http or https" };

    private static Trap Chain(int length) => new(Step(length, length), x => x.RedirectAsync(Step(length, length - 1)))
    {
        Also =
        [
            .. Enumerable.Range(1, length - 1).Select(left => (Step(length, left), (Func<Exchange, Task>)(x => x.RedirectAsync(Step(length, left - 1))))),
            (Step(length, 0), x => x.PageAsync($"<title>end{length}</title>")),
        ],
    };

    private static string Step(int length, int left) => string.Create(CultureInfo.InvariantCulture, $"/redirect/chain/{length}{(left == length ? "" : $"/{left}")}");
}
