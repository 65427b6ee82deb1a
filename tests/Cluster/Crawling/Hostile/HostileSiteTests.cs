using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Cluster.Crawling;

public sealed class HostileSiteTests(HostileCrawl crawl) : IClassFixture<HostileCrawl>
{
    /// <summary>What an answer without end may get rid of: the limit of bodies, thrice, and what buffers of the system hold.</summary>
    private const long MostSent = 40 * 1024 * 1024;

    public static TheoryData<string> Paths => new(HostileSite.AtMain.Keys);

    public static TheoryData<string> SlowPaths => new(HostileSite.AtSlow.Keys);

    public static TheoryData<string> RobotsNames => new(HostileSite.AtHosts.Keys);

    public static TheoryData<string> SlowRobotsNames => new(HostileSite.AtSlowHosts.Keys);

    [Theory, MemberData(nameof(Paths))]
    public void A_trap_is_passed(string path) => AssertPassed(HostileSite.AtMain[path], crawl.Site.Main, crawl.Result);

    [Theory, MemberData(nameof(SlowPaths))]
    public void An_answer_without_end_is_given_up(string path) => AssertPassed(HostileSite.AtSlow[path], crawl.Site.Slow, crawl.SlowResult);

    [Theory, MemberData(nameof(RobotsNames))]
    public void A_robots_txt_is_taken_as_far_as_it_goes(string name) => AssertPassed(HostileSite.AtHosts[name], crawl.Site.Hosts[name], crawl.Result);

    [Theory, MemberData(nameof(SlowRobotsNames))]
    public void A_robots_txt_without_end_is_given_up(string name) => AssertPassed(HostileSite.AtSlowHosts[name], crawl.Site.Hosts[name], crawl.SlowResult);

    [Fact]
    public void What_is_no_tls_is_an_error_and_what_says_nothing_a_timeout()
    {
        Assert.Equal(PageOutcome.Error, crawl.Result[crawl.Tls].Outcome);
        Assert.StartsWith("robots.txt: TLS failure: ", crawl.Result[crawl.Tls].Error, StringComparison.Ordinal);
        Assert.Equal(PageOutcome.Timeout, crawl.SlowResult[crawl.SlowTls].Outcome);
    }

    [Fact]
    public void Both_crawls_end_and_no_url_has_two_records()
    {
        Assert.All([crawl.Result, crawl.SlowResult], static result =>
        {
            Assert.Equal((CrawlState.Finished, null), (result.End.State, result.End.Failure));
            Assert.Equal(result.Records.Length, result.Urls.Distinct(StringComparer.Ordinal).Count());
        });
    }

    [Fact]
    public void No_answer_is_taken_for_another_s() => Assert.DoesNotContain(crawl.Result.Records, static record => record.Title is "second" or "too much");

    [Fact]
    public void Whatever_is_garbled_ends_with_a_record()
    {
        var records = GarbledAnswers.Paths.Select(path => crawl.Result[crawl.Site.Garbled.Url(path)]).ToArray();

        Assert.All(records, static record => Assert.True(record.Outcome is PageOutcome.Success or PageOutcome.Error && (record.Outcome == PageOutcome.Success || record.Error is not null), record.Url));
        Assert.Contains(records, static record => record.Outcome == PageOutcome.Success);
        Assert.Contains(records, static record => record.Status is null);
    }

    [Fact]
    public void Pages_that_are_equal_have_one_hash() =>
        Assert.Single(Enumerable.Range(1, 5).Select(i => crawl.Result[crawl.Site.Main.Url($"/dup/{i}")].Sha256).Distinct());

    [Fact]
    public void Nothing_leads_to_another_host() =>
        Assert.All(crawl.Result.Records, record => Assert.Contains((RawSite[])[crawl.Site.Main, crawl.Site.Crowd, crawl.Site.Garbled, .. crawl.Site.Hosts.Values], site => record.Url == crawl.Tls || record.Url.StartsWith(site.Origin + "/", StringComparison.Ordinal)));

    [Fact]
    public void A_host_has_no_more_requests_at_a_time_than_allowed() =>
        Assert.InRange(crawl.Site.Crowd.PeakOpen, 2, HostileCrawl.Specification.PerHost!.Value);

    [Fact]
    public void An_error_is_one_line_that_a_terminal_can_bear() =>
        Assert.All(crawl.Result.Records.Concat(crawl.SlowResult.Records), static record => Assert.True(record.Error is null || (record.Error.Length <= ErrorLine.MaxLength && !record.Error.Any(char.IsControl)), record.Url));

    /// <summary>Gigabytes were offered; beside this crawl other tests run.</summary>
    [Fact]
    public void Memory_stays_bounded() => Assert.InRange(crawl.Growth, 0, 1024L * 1024 * 1024);

    private static void AssertPassed(Trap trap, RawSite site, CrawlResult result)
    {
        var record = result[site.Url(trap.Path)];
        Assert.Equal((trap.Outcome, trap.StatusVaries ? record.Status : trap.Status), (record.Outcome, record.Status));
        if (trap.Error is null) Assert.Null(record.Error);
        else Assert.StartsWith(trap.Error, Assert.IsType<string>(record.Error), StringComparison.Ordinal);
        if (trap.Title is not null) Assert.Equal(trap.Title, record.Title);
        if (trap.Charset is not null) Assert.Equal(trap.Charset, record.Charset);
        if (trap.Bytes is not null) Assert.Equal(trap.Bytes, record.Bytes);
        Assert.Equal(trap.Attempts, record.Attempts);
        var (least, most) = trap.Requests ?? (trap.Attempts, trap.Attempts);
        Assert.InRange(site.Count(trap.Path), least, most);
        Assert.InRange(site.Sent(trap.Path), 0, MostSent);
        if (trap.Follows is { } follows) Assert.Equal(follows ? 1 : 0, site.Count(trap.Child));
        Assert.All(trap.Leads, path => Assert.Equal(1, site.Count(path)));
        Assert.All(trap.LeadsNot, path => Assert.Equal(0, site.Count(path)));
    }

    private static void AssertPassed(RobotsTrap trap, RawSite site, CrawlResult result)
    {
        var record = result[site.Url("/p")];
        Assert.Equal(trap.Outcome, record.Outcome);
        if (trap.Error is null) Assert.Null(record.Error);
        else Assert.StartsWith(trap.Error, Assert.IsType<string>(record.Error), StringComparison.Ordinal);
        Assert.InRange(site.Count("/robots.txt"), trap.Requests, trap.MostRequests ?? trap.Requests);
        Assert.Equal(trap.Outcome == PageOutcome.Success ? 1 : 0, site.Count("/p"));
        Assert.Equal(trap.Private, result.Records.SingleOrDefault(r => r.Url == site.Url("/private/x"))?.Outcome);
        Assert.Equal(trap.Private == PageOutcome.Success ? 1 : 0, site.Count("/private/x"));
        Assert.InRange(site.Sent("/robots.txt"), 0, MostSent);
    }
}
