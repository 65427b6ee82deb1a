using System.Globalization;
using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>Markup that is broken, endless or leads astray, and links that are none.</summary>
internal static class PageTraps
{
    private const string Robots = "<meta name=robots content=nofollow>";

    private static readonly string[] BadLinks =
    [
        "http://[::1", "http://[::g]/", "http://a b/", "http://:80/", "http://host:99999/", "http://host:-1/", "http://%zz/", "http://\u00ad/", "http://1.2.3.256/", "http://",
        "https://", "//", "///", "http:", "mailto:a@b.test", "javascript:alert(1)", "data:text/html,<a href=x>", "tel:1", "ftp://host/", "about:blank", "\\\\", "http://exa<mple.test/",
        "http://user:pa ss@[/", "http://999999999999/", "http://0x100000000/", "x:y",
    ];

    public static IReadOnlyList<Trap> All { get; } =
    [
        Page("/base/rel/index.html", static _ => "<base href='../other/'><a href=t.html>t</a>") with { Leads = ["/base/other/t.html"], LeadsNot = ["/base/rel/t.html"] },
        Page("/base/odd/index.html", static _ => "<base href='javascript:x'><base href='/base/second/'><a href=t.html>t</a>") with { Leads = ["/base/odd/t.html"], LeadsNot = ["/base/second/t.html"] },
        // Each short link is long once it is resolved: 20,000 of them would be 320 MB.
        Page("/base/bomb", static _ => $"{Robots}<base href='/{new string('b', 16_000)}/'>{Links(20_000)}")
            with { Error = "links beyond 8388608 characters left out", Follows = false },
        Page("/base/long", static x => $"<base href='/{new string('b', 1_000_000)}/'>{x.Link}{Links(10)}") with { Follows = true },
        Page("/meta/refresh", static x => $"<meta http-equiv=refresh content='0; url={x.Child}'>") with { Follows = true },
        Page("/meta/refresh-self", static _ => "<meta http-equiv=refresh content='0'><meta http-equiv=refresh content='0;url='>"),
        Page("/meta/refresh-ping", static _ => "<meta http-equiv=refresh content='0;url=/meta/refresh-pong'>")
            with { Leads = ["/meta/refresh-pong"], Also = [("/meta/refresh-pong", static x => x.PageAsync("<meta http-equiv=refresh content='0;url=/meta/refresh-ping'>"))] },
        Page("/meta/nofollow", static x => Robots + x.Link) with { Follows = false },
        new("/meta/xrobots", static x => x.ReplyAsync(200, Encoding.UTF8.GetBytes(x.Link), "Content-Type: text/html\r\nX-Robots-Tag: nofollow\r\n")) { Follows = false },
        new("/meta/xrobots-other", static x => x.ReplyAsync(200, Encoding.UTF8.GetBytes(x.Link), "Content-Type: text/html\r\nX-Robots-Tag: otherbot: nofollow\r\n")) { Follows = true },
        Page("/html/malformed", static x => $"</p></html><p <b><table><a href='{x.Child}' x='<>'<li></table><a href=\"{x.Child}#2\"<b>><title>late</title") with { Follows = true },
        Page("/html/noscript", static x => $"<noscript>{x.Link}</noscript>") with { Follows = true },
        Page("/html/script", static x => $"<script>document.write(\"{x.Child}<a href='{x.Child}'>\")</script><!-- {x.Link} --><textarea>{x.Link}</textarea>") with { Follows = false },
        Page("/html/links100k", static _ => string.Concat(Enumerable.Range(0, 100_000).Select(static i => $"<a href='/many/{i % 10}#{i}'>{i}</a>")))
            with { Leads = [.. Enumerable.Range(0, 10).Select(static i => $"/many/{i}")] },
        Deep("/html/deep", "<div>"), Deep("/html/deep-lists", "<ul><li>"), Deep("/html/deep-tables", "<table><tr><td>"), Deep("/html/deep-formats", "<b><i>"),
        Deep("/html/deep-svg", "<svg><g>"), Deep("/html/deep-math", "<math><mi>"), Deep("/html/end-tags", "</div>"), Deep("/html/entities", "&amp;&#x41;&notin;&nope;"),
        Deep("/html/empty-comments", "<!---->"), Deep("/html/angles", "<"), Deep("/html/cdata", "<![CDATA[x]]>"), Deep("/html/titles", "<title>t</title>") with { Title = "t" },
        Deep("/html/no-end-tags", "</>"), Deep("/html/questions", "<?>"), Deep("/html/bangs", "<!>"),
        Page("/html/deep-templates", static x => string.Concat(Enumerable.Repeat("<template>", 50_000)) + x.Link) with { Follows = false },
        Page("/html/attributes", static x => $"<a {string.Concat(Enumerable.Range(0, 100_000).Select(static i => $"a{i}={i} "))} {string.Concat(Enumerable.Repeat("href=/html/attributes/again ", 50_000))}>x</a>{x.Link}")
            with { Follows = true, Leads = ["/html/attributes/again"] },
        Page("/html/attribute-value", static x => $"<p title='{new string('x', 2_000_000)}'>{x.Link}") with { Follows = true },
        Page("/html/tag-name", static x => $"<{new string('x', 2_000_000)}>{x.Link}") with { Follows = true },
        Unclosed("/html/unclosed-comment", "<!--"), Unclosed("/html/unclosed-script", "<script>"), Unclosed("/html/unclosed-title", "<title>"),
        Unclosed("/html/unclosed-style", "<style>"), Unclosed("/html/unclosed-quote", "<p title='"), Unclosed("/html/plaintext", "<plaintext>"),
        Long("/html/script-ends", "<script>", "</scrip ", "</script>"), Long("/html/script-escaped", "<script><!--", "</scrip ", "--></script>"),
        Long("/html/script-twice", "<script><!--<script ", "</scrip ", "</script>--></script>"), Long("/html/style-ends", "<style>", "</styl ", "</style>"),
        Long("/html/textarea-ends", "<textarea>", "</textare ", "</textarea>"), Long("/html/comment-dashes", "<!-- ", "--!", "-->"),
        Long("/html/doctype", "<!doctype html ", "public 'x' ", ">"), Long("/html/number", "<p>&#", "9", ";"), Long("/html/number-hex", "<title>&#x", "f", ";</title>"),
        Long("/html/entity-names", "<p title='", "&CounterClockwiseContourIntegra ", "'>"), Long("/html/attribute-names", "<p ", "x", ">"),
        // 100 MB without a line end.
        new("/html/oneline", static async x =>
        {
            await x.BeginPageAsync("");
            var line = "<p>and on it goes, <b>without</b> a line end " + new string('x', 980);
            for (var i = 0; i < 100 * 1024; i++) await x.SendAsync(line);
        })
        { Outcome = PageOutcome.Error, Error = "body larger than 4 MiB (see --max-body)", Bytes = HostileSite.MaxBodyBytes },
        Page("/html/oneline-small", static x => $"{string.Concat(Enumerable.Repeat("<p>and on it goes, <b>without</b> a line end ", 80_000))}{x.Link}") with { Follows = true },
        Page("/url/", static x => string.Concat(BadLinks.Select(static link => $"<a href=\"{link}\">bad</a>")) + $"<a href='{new string('l', 20_000)}'>long</a>" + x.Link) with { Follows = true },
        Page("/url/frag", static _ => "<a href='/url/one#a'>a</a><a href='/url/one#b'>b</a><a href='/url/one'>c</a><a href='/url/x/../one'>d</a><a href='/url/%2E/one'>e</a><a href='/url\\one'>f</a><a href=' /url/o\nne '>g</a>")
            with { Leads = ["/url/one"] },
        // WHATWG keeps what RFC 3986 would unify: two URLs.
        Page("/url/tilde", static _ => "<a href='/url/~user'>1</a><a href='/url/%7Euser'>2</a><a href='/url/%7euser'>3</a>") with { Leads = ["/url/~user", "/url/%7Euser", "/url/%7euser"] },
        Page("/url/verbatim", static _ => "<a href='/url/a|b'>1</a><a href='/url/%41'>2</a><a href='/url/100%'>3</a><a href='/url/sp ace'>4</a><a href='/url/é'>5</a>")
            with { Leads = ["/url/a|b", "/url/%41", "/url/100%", "/url/sp%20ace", "/url/%C3%A9"] },
        Page("/url/idn", static x => $"<a href='http://bücher.test/'>away</a><a href='http://xn--\u00fc.test/'>no name</a>{x.Link}") with { Follows = true },
        Page("/url/host", static x => $"<a href='HTTP://{x.Host}{x.Child}'>upper</a><a href='http://{x.Host}:{x.Host.Split(':')[1]}0/'>no port</a>") with { Follows = true },
        .. Enumerable.Range(1, 5).Select(static i => Page($"/dup/{i}", static _ => "<title>the same</title>") with { Title = "the same" }),
    ];

    private static Trap Page(string path, Func<Exchange, string> html) => new(path, x => x.PageAsync(html(x)));

    private static Trap Deep(string path, string unit) =>
        Page(path, x => string.Concat(Enumerable.Repeat(unit, 2_000_000 / unit.Length)) + "</svg></math>>" + x.Link) with { Follows = true };

    private static Trap Long(string path, string open, string unit, string close) =>
        Page(path, x => open + string.Concat(Enumerable.Repeat(unit, 2_000_000 / unit.Length)) + close + x.Link) with { Follows = true };

    private static Trap Unclosed(string path, string open) => Page(path, x => open + new string('x', 2_000_000) + x.Link) with { Follows = false };

    private static string Links(int count) => string.Concat(Enumerable.Range(0, count).Select(static i => string.Create(CultureInfo.InvariantCulture, $"<a href={i}>")));
}
