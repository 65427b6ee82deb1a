using System.Net;
using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>
/// A crawl may reach the network its seeds are in and no other. The seeds here are at 0.0.0.0: that is this machine, but no loopback address, so a site
/// there can do what a public one could.
/// </summary>
public sealed class CrawlAddressTests(CrawlCluster cluster) : IClassFixture<CrawlCluster>
{
    private const string Private = "is private (use --allow-private)";

    private static readonly CrawlSpecification Anywhere = new() { Scope = ScopeKind.Any };

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("127.255.255.254")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0x7f.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("017700000001")]
    [InlineData("127.0.0.1.")]
    [InlineData("%31%32%37.0.0.1")]
    [InlineData("127。0。0。1")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("user:password@127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[::127.0.0.1]")]
    [InlineData("[64:ff9b::127.0.0.1]")]
    [InlineData("[2002:7f00:1::]")]
    [InlineData("10.0.0.1")]
    [InlineData("[::ffff:10.0.0.1]")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("[fe80::1]")]
    [InlineData("[fd00::1]")]
    [InlineData("100.64.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    public async Task A_private_address_is_refused_however_it_is_written_and_reached(string host)
    {
        await using var site = new RawSite(IPAddress.Any);
        var target = $"http://{host}:{site.Port}";
        site.On("/", x => x.PageAsync($"<meta http-equiv=refresh content='0;url={target}/refresh'><a href='{target}/link'>1</a><iframe src='{target}/frame'></iframe><a href=/to>2</a><a href=/far>3</a>"))
            .On("/to", x => x.RedirectAsync(Octets(target) + "/redirect"))
            .On("/far", static x => x.RedirectAsync("/far2"))
            .On("/far2", static x => x.RedirectAsync($"http://{x.Host}/far3"))
            .On("/far3", x => x.RedirectAsync(Octets(target) + "/far"));

        var result = await cluster.RunAsync(Anywhere, site.Url("/"));

        Assert.Equal(PageOutcome.Success, result[site.Url("/")].Outcome);
        var refused = result.Records.Where(record => record.Url != site.Url("/")).ToArray();
        Assert.Equal(["/far", "/frame", "/link", "/refresh", "/to"], refused.Select(static record => CrawlUrl.Parse(record.Url).PathAndQuery).Order(StringComparer.Ordinal));
        Assert.All(refused, static record =>
        {
            Assert.Equal(PageOutcome.Error, record.Outcome);
            Assert.Contains(Private, record.Error, StringComparison.Ordinal);
        });
        // Nothing, not even robots.txt, was requested there.
        Assert.All(site.Exchanges, exchange => Assert.Equal(site.Authority, exchange.Host));
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/robots")]
    [InlineData("http://localhost:{0}/robots")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/robots")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    public async Task A_robots_txt_does_not_lead_there_either(string target)
    {
        await using var site = new RawSite(IPAddress.Any);
        site.On("/robots.txt", x => x.RedirectAsync(target.Replace("{0}", $"{site.Port}", StringComparison.Ordinal))).On("/", static x => x.PageAsync("never"));

        var record = (await cluster.RunAsync(Anywhere, site.Url("/")))[site.Url("/")];

        Assert.Equal(PageOutcome.Error, record.Outcome);
        Assert.Contains(Private, record.Error, StringComparison.Ordinal);
        Assert.Equal("/robots.txt", Assert.Single(site.Exchanges).Path);
    }

    [Fact]
    public async Task What_a_seed_is_in_or_the_user_permits_is_reached()
    {
        await using var site = new RawSite(IPAddress.Any);
        var (here, there) = ($"http://0:{site.Port}/here", $"http://127.0.0.1:{site.Port}/there");
        site.On("/", x => x.PageAsync($"<a href={here}>1</a><a href={there}>2</a>")).On("/here", static x => x.PageAsync("")).On("/there", static x => x.PageAsync(""));

        var own = await cluster.RunAsync(Anywhere, site.Url("/"));
        var all = await cluster.RunAsync(Anywhere with { AllowPrivate = true }, site.Url("/"));

        Assert.Equal((PageOutcome.Success, PageOutcome.Error), (own[site.Url("/here")].Outcome, own[there].Outcome));
        Assert.Equal((PageOutcome.Success, PageOutcome.Success), (all[site.Url("/here")].Outcome, all[there].Outcome));
    }

    /// <summary>Headers are bytes: UTF-8, one character each.</summary>
    private static string Octets(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(static octet => (char)octet));
}
