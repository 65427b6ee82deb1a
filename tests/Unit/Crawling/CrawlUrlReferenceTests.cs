using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class CrawlUrlReferenceTests
{
    [Fact]
    public void Every_case_of_the_web_platform_collection_parses_as_browsers_parse_it()
    {
        var wrong = new List<string>();
        var count = 0;
        foreach (var expected in SharedReference.Load("url-cases.json").EnumerateArray())
        {
            count++;
            var input = expected.Text("input")!;
            var url = Parse(input, expected.Text("base"));
            var actual = url is null ? "failure" : Describe(url);
            var wanted = expected.Text("href") is { } href
                ? string.Join(' ', Cut(href), expected.Text("hostname"), expected.Text("port"), expected.Text("pathname"), expected.Text("search"))
                : "failure";
            if (actual != wanted) wrong.Add($"<{input}> against <{expected.Text("base")}>: wanted {wanted}, got {actual}");
            if (url is not null && expected.Text("origin") is { } origin && origin != url.Origin) wrong.Add($"<{input}>: wanted origin {origin}, got {url.Origin}");
        }
        Assert.NotEqual(0, count);
        Assert.Empty(wrong);
    }

    private static CrawlUrl? Parse(string input, string? baseText)
    {
        CrawlUrl? url;
        if (baseText is null) return CrawlUrl.TryParse(input, out url, out _) ? url : null;
        return CrawlUrl.Parse(baseText).TryResolve(input, out url) ? url : null;
    }

    private static string Describe(CrawlUrl url)
    {
        var port = url.Port == (url.IsHttps ? 443 : 80) ? "" : $"{url.Port}";
        // The standard's `search` hides a lone question mark, which the href shows.
        var search = url.Query is "?" ? "" : url.Query.ToString();
        return string.Join(' ', url.Href, url.Host, port, url.Path.ToString(), search);
    }

    private static string Cut(string href) => href.Split('#')[0];
}
