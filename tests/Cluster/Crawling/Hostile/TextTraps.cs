using System.Text;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>Pages in encodings their headers do not name, or name wrongly, and bodies that are no pages.</summary>
internal static class TextTraps
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    public static IReadOnlyList<Trap> All { get; } =
    [
        Page("/charset/utf8-bom", "text/html; charset=iso-8859-1", x => [.. Mark, .. Utf8($"<title>Žluťoučký ✓</title>{x.Link}")], "Žluťoučký ✓", "utf-8"),
        Page("/charset/latin1-header", "text/html; charset=\"ISO-8859-1\"", x => Latin1($"<title>Caf\u00e9</title>{x.Link}"), "Café", "windows-1252"),
        Page("/charset/meta-sjis", "text/html", x => Latin1($"<meta charset=shift_jis><title>\u0093\u00fa\u0096{{\u008c\u00ea\u0083\u0065\u0083\u0058\u0083\u0067</title>{x.Link}"), "日本語テスト", "shift_jis"),
        Page("/charset/meta-gbk", "text/html", x => Latin1($"<meta http-equiv=Content-Type content='text/html; charset=gbk'><title>\u00d6\u00d0\u00ce\u00c4\u00b2\u00e2\u00ca\u00d4</title>{x.Link}"), "中文测试", "gbk"),
        Page("/charset/utf16-header", "text/html; charset=utf-16le", x => Encoding.Unicode.GetBytes($"<title>šestnáct</title>{x.Link}"), "šestnáct", "utf-16le"),
        Page("/charset/utf16-odd", "text/html; charset=utf-16le", x => [.. Encoding.Unicode.GetBytes("<title>"), 0x00, 0xD8, .. Encoding.Unicode.GetBytes($"odd</title>{x.Link}"), (byte)'x'], "\ufffdodd", "utf-16le"),
        Page("/charset/utf16-claimed", "text/html", x => Utf8($"<meta charset=utf-16><title>šestnáct?</title>{x.Link}"), "šestnáct?", "utf-8"),
        Page("/charset/unknown", "text/html; charset=klingon", x => Utf8($"<title>něco</title>{x.Link}"), "něco", "utf-8"),
        Page("/charset/utf7", "text/html; charset=utf-7", x => Utf8($"<title>+ADw-script+AD4-</title>{x.Link}"), "+ADw-script+AD4-", "windows-1252"),
        Page("/charset/invalid", "text/html; charset=utf-8", x => [.. Latin1("<title>a\u00ff\u00c3(\u00f0\u009f\u0092\u00ed\u00a0\u0080z</title>"), .. Utf8(x.Link)], "a\ufffd\ufffd(\ufffd\ufffd\ufffd\ufffdz", "utf-8"),
        Page("/charset/nul", "text/html; charset=utf-8", x => Utf8($"\0\0<ti\0tle>no</ti\0tle><title>n\0u\0l&#0;</title><p title=\0>\0{x.Link}"), "n\ufffdu\ufffdl\ufffd", "utf-8"),
        Page("/charset/halves", "text/html; charset=utf-8", x => Utf8($"<title>&#xD800;&#xDFFF;&#x110000;&#99999999999;</title>{x.Link}"), "\ufffd\ufffd\ufffd\ufffd", "utf-8"),
        Page("/charset/noise", "text/html", static _ => Noise(), null, null) with { Bytes = 64 * 1024 },
        NoPage("/type/pdf", "Content-Type: application/pdf\r\n"),
        NoPage("/type/plain", "Content-Type: text/plain\r\n"),
        NoPage("/type/xml", "Content-Type: application/xml\r\n"),
        NoPage("/type/html5", "Content-Type: text/html5\r\n"),
        NoPage("/type/long", $"Content-Type: {new string('x', 30_000)}/html\r\n"),
        Page("/type/xhtml", "application/xhtml+xml", x => Utf8($"<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>x</title></head><body>{x.Link}</body></html>"), "x", null),
        Page("/type/upper", "TEXT/HTML;CHARSET=UTF-8", x => Utf8($"<title>é</title>{x.Link}"), "é", "utf-8"),
        new("/type/none", static x => x.ReplyAsync(200, Utf8($"<!doctype html><title>sniffed</title>{x.Link}"))) { Title = "sniffed", Follows = true },
        new("/type/none-text", static x => x.ReplyAsync(200, Utf8($"text and {x.Link}"))) { Follows = false },
        new("/type/twice", static x => x.ReplyAsync(200, Utf8(x.Link), "Content-Type: text/html\r\nContent-Type: text/html\r\n")) { Follows = true },
    ];

    private static Trap Page(string path, string type, Func<Exchange, byte[]> body, string? title, string? charset) =>
        new(path, x => x.PageAsync(body(x), type)) { Title = title, Charset = charset, Follows = title is null ? null : true };

    private static Trap NoPage(string path, string type) => new(path, x => x.ReplyAsync(200, Utf8($"<!doctype html><title>no page</title>{x.Link}"), type)) { Follows = false };

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Noise()
    {
        var noise = new byte[64 * 1024];
        new Random(7).NextBytes(noise);
        return noise;
    }
}
