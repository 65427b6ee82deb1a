using System.Net;
using System.Text.RegularExpressions;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed partial class DemoSiteTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [GeneratedRegex("""<(?<tag>a|base) href=(?:'(?<url>[^']*)'|(?<url>[^\s>]+))""")]
    private static partial Regex Links { get; }

    [Fact]
    public async Task A_walk_by_other_means_finds_what_the_table_promises()
    {
        await using var site = await DemoSite.StartAsync(new HastyTime(), Token);
        var found = await WalkAsync(site);

        Assert.Equal(Lines(site.Expected), Lines(found));
        Assert.InRange(found.Count, 250, 400);

        static string Lines(IReadOnlyDictionary<string, ExpectedPage> pages) =>
            string.Join('\n', pages.Select(page => $"{page.Key} {page.Value.Outcome} {page.Value.Status}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_fetcher_reports_each_page_as_the_table_promises()
    {
        await using var site = await DemoSite.StartAsync(new HastyTime(), Token);
        using var fetcher = new PageFetcher(TimeProvider.System);
        foreach (var (url, expected) in site.Expected.Where(page => page.Value is { Outcome: not PageOutcome.Timeout, Status: not null }))
        {
            var request = new FetchRequest
            {
                Url = CrawlUrl.Parse(url),
                UserAgent = "oa-test",
                Permitted = PrivateNetworks.Loopback,
                AdmitHop = (hop, _) => new(hop.PathAndQuery == "/private/ledger" ? new HopRefusal(PageOutcome.Disallowed, "robots.txt") : null),
            };
            var page = await fetcher.FetchAsync(request, Token);
            if (page.RetryAfter is { } wait)
            {
                Assert.Equal((503, true, TimeSpan.FromSeconds(1)), (page.Status, page.Transient, wait));
                page = await fetcher.FetchAsync(request, Token);
            }

            Assert.Equal((url, expected), (request.Url.Href, new(page.Outcome, page.Status)));
            if (page.ContentType is "text/plain" or "application/pdf") Assert.Empty(page.Links);
            else if (page is { Outcome: PageOutcome.Success, Status: 200 }) Assert.NotEmpty(page.Links);
        }
    }

    [Fact]
    public async Task Every_start_serves_the_same_pages_on_free_ports()
    {
        await using var one = await DemoSite.StartAsync(new HastyTime(), Token);
        await using var two = await DemoSite.StartAsync(new HastyTime(), Token);

        Assert.Empty(one.Seeds.Intersect(two.Seeds));
        Assert.Equal(Paths(one), Paths(two));

        static IEnumerable<string> Paths(DemoSite site) =>
            site.Expected.Select(page => new Uri(page.Key).PathAndQuery + page.Value).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_page_s_outcomes_cover_what_goes_wrong_on_real_sites()
    {
        await using var site = await DemoSite.StartAsync(new HastyTime(), Token);
        var outcomes = site.Expected.Values.Select(page => page.Outcome).Distinct();
        Assert.Equal([PageOutcome.Success, PageOutcome.Timeout, PageOutcome.Error, PageOutcome.Disallowed], outcomes.Order());
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_the_page_that_never_answers()
    {
        var site = await DemoSite.StartAsync(new HastyTime(), Token);
        using var client = new HttpClient();
        var hanging = client.GetAsync(site.Expected.Single(page => page.Value.Outcome == PageOutcome.Timeout).Key, Token);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(site.Seeds[1], Token)).StatusCode);
        await site.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
    }

    /// <summary>A breadth-first walk that shares nothing with the crawler: its own HTTP client, links by pattern, robots.txt read by prefix.</summary>
    private static async Task<Dictionary<string, ExpectedPage>> WalkAsync(DemoSite site)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.All,
            MaxAutomaticRedirections = 20,
        });
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var found = new Dictionary<string, ExpectedPage>();
        var hosts = site.Seeds.Select(seed => new Uri(seed).Authority).ToHashSet();
        var queue = new Queue<string>(site.Seeds);
        var seen = site.Seeds.ToHashSet();
        Task<HttpResponseMessage>? hanging = null;
        while (queue.TryDequeue(out var url))
        {
            if (await IsForbiddenAsync(client, new Uri(url)))
            {
                found.Add(url, new(PageOutcome.Disallowed, null));
                continue;
            }

            var answer = client.GetAsync(url, ending.Token);
            if (url.EndsWith("/hang", StringComparison.Ordinal))
            {
                hanging = answer;
                found.Add(url, new(PageOutcome.Timeout, null));
                continue;
            }

            var response = await answer;
            if (response.Headers.RetryAfter is not null)
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
                response = await client.GetAsync(url, ending.Token);
            }

            var last = response.RequestMessage!.RequestUri!;
            var status = (int)response.StatusCode;
            found.Add(url, await IsForbiddenAsync(client, last)
                ? new(PageOutcome.Disallowed, 302)
                : new(response.IsSuccessStatusCode ? PageOutcome.Success : PageOutcome.Error, status));
            if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType != "text/html") continue;
            foreach (var link in LinksOf(await response.Content.ReadAsStringAsync(ending.Token), last))
                if (hosts.Contains(new Uri(link).Authority) && seen.Add(link))
                    queue.Enqueue(link);
        }

        Assert.False(hanging?.IsCompleted);
        await ending.CancelAsync();
        return found;
    }

    private static IEnumerable<string> LinksOf(string html, Uri page)
    {
        foreach (Match match in Links.Matches(html))
        {
            if (!Uri.TryCreate(page, match.Groups["url"].Value, out var link)) continue;
            if (match.Groups["tag"].Value == "base") page = link;
            else if (link.Scheme == Uri.UriSchemeHttp) yield return link.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
        }
    }

    private static async Task<bool> IsForbiddenAsync(HttpClient client, Uri url)
    {
        var robots = await client.GetStringAsync(new Uri(url, "/robots.txt"), Token);
        return robots.Split('\n').Any(line => IsRule(line, "Disallow: ")) && !robots.Split('\n').Any(line => IsRule(line, "Allow: "));

        bool IsRule(string line, string name) => line.StartsWith(name, StringComparison.Ordinal) && url.AbsolutePath.StartsWith(line[name.Length..], StringComparison.Ordinal);
    }

    /// <summary>Time in which every wait with an end is over at once.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
    }
}
