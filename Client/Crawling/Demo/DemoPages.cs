using System.Globalization;
using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>The pages of the demo site: the same at every start, but for the origins they link to.</summary>
/// <remarks>Four towns, each on its own host: a front page, six districts of eleven houses, and a page of oddities, different in each.</remarks>
internal sealed class DemoPages(IReadOnlyList<string> origins)
{
    public const int Hosts = 4;

    private const int Houses = 11;

    private const string Robots = "User-agent: *\nDisallow: /private/\nAllow: /private/welcome\n";

    private static readonly string[] Towns = ["Ashford", "Birchwick", "Cedarport", "Dunmere"];

    private static readonly string[] Districts = ["harbour", "market", "mill", "castle", "garden", "station"];

    /// <summary>By path, query included.</summary>
    public Dictionary<string, DemoAnswer> Of(int town)
    {
        var pages = new Dictionary<string, DemoAnswer>
        {
            ["/robots.txt"] = new() { ContentType = "text/plain", Body = Encoding.ASCII.GetBytes(Robots) },
            ["/"] = DemoAnswer.Page(Html(
                Towns[town],
                [.. Districts.Select(district => $"/{district}/"), "/oddities", "/private/ledger", "/private/welcome", "http://example.com/elsewhere"])),
            ["/private/ledger"] = new() { Expected = new(PageOutcome.Disallowed, null) },
            ["/private/welcome"] = DemoAnswer.Page(Html($"{Towns[town]}: the public corner of a private place", ["/"])),
            ["/oddities"] = DemoAnswer.Page(Html($"{Towns[town]}: oddities", Oddities(town).Select(oddity => oddity.Link))),
        };
        for (var district = 0; district < Districts.Length; district++) Add(pages, town, district);
        foreach (var (_, path, answer) in Oddities(town)) pages.TryAdd(path, answer);
        foreach (var (path, answer) in Unlinked(town)) pages.Add(path, answer);
        return pages;
    }

    private void Add(Dictionary<string, DemoAnswer> pages, int town, int district)
    {
        var name = Districts[district];
        var houses = Enumerable.Range(1, Houses).Select(house => house.ToString(CultureInfo.InvariantCulture)).ToArray();
        // A whole district is compressed, another is asked for through fragments of itself.
        var gzip = district == 3;
        pages[$"/{name}/"] = DemoAnswer.Page(Html($"{Towns[town]}: {name}", [.. houses, .. houses.Select(house => house + "#door"), "../"])) with
        {
            Delay = Delay(town, district, 0),
            Gzip = gzip,
        };
        for (var house = 1; house <= Houses; house++)
        {
            var there = origins[(town + house) % Hosts];
            string[] links =
            [
                $"{house % Houses + 1}", $"./{house}#garden", "#cellar", $"../{Districts[(district + 1) % Districts.Length]}/{house}",
                $"{there}/{name}/{house}", $"/{name}/1?", "/", "mailto:mayor@example.com", "javascript:void(0)", "http://[broken/",
            ];
            pages[$"/{name}/{house}"] = DemoAnswer.Page(Html($"{Towns[town]}: {house} {name} street", links)) with
            {
                Delay = Delay(town, district, house),
                Gzip = gzip,
            };
        }

        // A lone question mark makes another URL, also for browsers.
        pages.Add($"/{name}/1?", pages[$"/{name}/1"]);
    }

    private IEnumerable<(string Link, string Path, DemoAnswer Answer)> Oddities(int town) => town switch
    {
        0 =>
        [
            Own("/lost/404", DemoAnswer.Failure(404)),
            Own("/lost/410", DemoAnswer.Failure(410)),
            Own("/lost/500", DemoAnswer.Failure(500)),
            Own("/lost/nothing", new DemoAnswer { Status = 204, ContentType = null, Expected = new(PageOutcome.Success, 204) }),
        ],
        1 =>
        [
            Own("/flaky", DemoAnswer.Page(Html("Open again", ["/flaky/inside"])) with { FailsOnce = true }),
            Own("/slow", DemoAnswer.Page(Html("Worth the wait", ["/slow/inside"])) with { Delay = TimeSpan.FromSeconds(2) }),
            Own("/hang", new DemoAnswer { Delay = Timeout.InfiniteTimeSpan, Expected = new(PageOutcome.Timeout, null) }),
        ],
        2 =>
        [
            Own("/old/1", DemoAnswer.Redirect("2") with { Expected = new(PageOutcome.Success, 200) }),
            Own("/round/a", DemoAnswer.Redirect("/round/b") with { Expected = new(PageOutcome.Error, 302) }),
            Own("/moved", DemoAnswer.Redirect(origins[3] + "/harbour/1") with { Expected = new(PageOutcome.Success, 200) }),
            Own("/forbidden", DemoAnswer.Redirect("/private/ledger") with { Expected = new(PageOutcome.Disallowed, 302) }),
        ],
        _ =>
        [
            Own("/café", "/caf%C3%A9", DemoAnswer.Page("<!doctype html><title>Café Müller</title><a href='/'>façade</a>", Encoding.Latin1) with
            {
                ContentType = "text/html; charset=iso-8859-1",
            }),
            .. Enumerable.Range(1, 3).Select(copy => Own($"/copy/{copy}", DemoAnswer.Page(Html("Three times the same", ["/copy/1", "/"])))),
            Own("/atlas/map", DemoAnswer.Page("<!doctype html><base href='/copy/'><title>Links from elsewhere</title><a href=2>two</a><a href='../atlas/legend'>legend</a>")),
            Own("/notes.txt", DemoAnswer.Page("<a href='/not-a-link'>plain text has no links</a>") with { ContentType = "text/plain" }),
            Own("/catalogue.pdf", DemoAnswer.Page("%PDF-1.4 <a href='/not-a-link-either'>nor has this</a>") with { ContentType = "application/pdf" }),
        ],
    };

    private static IEnumerable<(string Path, DemoAnswer Answer)> Unlinked(int town) => town switch
    {
        1 => [("/flaky/inside", DemoAnswer.Page(Html("Inside", ["/"]))), ("/slow/inside", DemoAnswer.Page(Html("Inside", ["/"])))],
        2 =>
        [
            .. Enumerable.Range(2, 4).Select(hop => ($"/old/{hop}", DemoAnswer.Redirect(hop < 5 ? $"{hop + 1}" : "/harbour/1"))),
            ("/round/b", DemoAnswer.Redirect("/round/a")),
        ],
        3 => [("/atlas/legend", DemoAnswer.Page(Html("Legend", ["/atlas/map"])))],
        _ => [],
    };

    private static (string Link, string Path, DemoAnswer Answer) Own(string path, DemoAnswer answer) => (path, path, answer);

    private static (string Link, string Path, DemoAnswer Answer) Own(string link, string path, DemoAnswer answer) => (link, path, answer);

    private static TimeSpan Delay(int town, int district, int house) => TimeSpan.FromMilliseconds(5 + (town * 31 + district * 17 + house * 23) % 56);

    private static string Html(string title, IEnumerable<string> links)
    {
        var html = new StringBuilder($"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><h1>{title}</h1><ul>");
        foreach (var link in links) html.Append(CultureInfo.InvariantCulture, $"<li><a href='{link}'>{link}</a>");
        return html.Append("</ul></html>").ToString();
    }
}
