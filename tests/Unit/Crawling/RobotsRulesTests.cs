using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class RobotsRulesTests
{
    private static readonly Gen<string> PatternText = Gen.String[Gen.Char["ab/*$?"], 0, 12];
    private static readonly Gen<string> PathText = Gen.String[Gen.Char["ab/?"], 0, 16];

    [Theory]
    [InlineData("/a", "/abc", true)]
    [InlineData("/a$", "/ab", false)]
    [InlineData("/a$", "/a", true)]
    [InlineData("*", "/x", true)]
    [InlineData("/*", "/", true)]
    [InlineData("/a*b*c", "/axxbyyczz", true)]
    [InlineData("/a*b*c$", "/abcbc", true)]
    [InlineData("/a*b*c$", "/abcb", false)]
    [InlineData("/a*$", "/abc", true)]
    [InlineData("/ab*ab$", "/ab", false)]
    [InlineData("/**a", "/xa", true)]
    [InlineData("a", "/a", false)]
    [InlineData("/a$b", "/a$b", true)]
    [InlineData("/%7Ea", "/~a", true)]
    [InlineData("/~a", "/%7ea", true)]
    [InlineData("/a%2Fb", "/a/b", false)]
    [InlineData("/a%2fb", "/a%2Fb", true)]
    [InlineData("/a b", "/a%20b", true)]
    [InlineData("/a|b", "/a%7Cb", true)]
    [InlineData("/a%2A", "/a*", true)]
    [InlineData("/a%24", "/a$", true)]
    [InlineData("/a%", "/a%", true)]
    [InlineData("/日", "/%E6%97%A5", true)]
    [InlineData("/日", "/日", true)]
    public void A_pattern_matches_paths(string pattern, string path, bool expected) =>
        Assert.Equal(!expected, Check($"User-agent: *\nDisallow: {pattern}", "bot", path).Allowed);

    [Fact]
    public void Longest_match_wins()
    {
        const string Text = "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c\nAllow: /";
        Assert.Equal(new RobotsVerdict(true, "Allow: /", 5), Check(Text, "bot", "/x"));
        Assert.Equal(new RobotsVerdict(false, "Disallow: /a", 2), Check(Text, "bot", "/a/x"));
        Assert.Equal(new RobotsVerdict(true, "Allow: /a/b", 3), Check(Text, "bot", "/a/b/x"));
        Assert.Equal(new RobotsVerdict(false, "Disallow: /a/b/c", 4), Check(Text, "bot", "/a/b/c"));
    }

    [Fact]
    public void Of_equal_matches_the_one_that_allows_wins() => Assert.True(Check("User-agent: *\nDisallow: /a\nAllow: /a", "bot", "/a").Allowed);

    [Fact]
    public void Without_a_matching_rule_nothing_decides() => Assert.Equal(new RobotsVerdict(true), Check("User-agent: *\nDisallow: /a", "bot", "/b"));

    [Theory]
    [InlineData("User-agent: a\nDisallow: /", "b", true)]
    [InlineData("User-agent: *\nDisallow: /\nUser-agent: a\nDisallow: /x", "A", true)]
    [InlineData("User-agent: *\nDisallow: /\nUser-agent: a", "a", true)]
    [InlineData("User-agent: a\nUser-agent: b\nDisallow: /", "a", false)]
    [InlineData("User-agent: a\nDisallow:\nUser-agent: b\nDisallow: /", "a", true)]
    [InlineData("User-agent: a\nCrawl-delay: 1\nUser-agent: b\nDisallow: /", "a", false)]
    [InlineData("User-agent: a\nDisallow: /x\nUser-agent: b\nUser-agent: a\nDisallow: /", "a", false)]
    [InlineData("User-agent: abc\nDisallow: /", "ab", true)]
    [InlineData("User-agent: ab\nDisallow: /", "abc", true)]
    [InlineData("User-agent: ab/2.0 (x)\nDisallow: /", "ab", false)]
    [InlineData("User-agent: 360bot\nDisallow: /", "360bot", false)]
    [InlineData("User-agent:*#all\nDisallow:/#none", "a", false)]
    [InlineData("Disallow: /\nUser-agent: *", "a", true)]
    public void A_robot_minds_its_own_groups_or_those_for_all(string text, string agent, bool expected) =>
        Assert.Equal(expected, Check(text, agent, "/path").Allowed);

    [Theory]
    [InlineData("\uFEFFUser-agent: *\nDisallow: /")]
    [InlineData("User-agent: *\r\nDisallow: /\r\n")]
    [InlineData("User-agent: *\rDisallow: /")]
    [InlineData("  USER-AGENT\t:\t*  \n\n\n  disallow :/  # why")]
    [InlineData("User-agent *\nDisallow /")]
    [InlineData("useragent: *\nDissallow: /")]
    [InlineData("junk\nUser-agent: *\n: /\n\0\nDisallow: /")]
    public void Untidy_files_are_understood(string text) => Assert.False(Check(text, "bot", "/").Allowed);

    [Fact]
    public void Lines_are_counted_as_an_editor_counts_them() =>
        Assert.Equal(4, Check("# one\r\nUser-agent: *\r\n\r\nDisallow: /x # here", "bot", "/x").Line);

    [Fact]
    public void The_robots_file_itself_may_always_be_fetched()
    {
        Assert.True(Check("User-agent: *\nDisallow: /", "bot", "/robots.txt").Allowed);
        Assert.True(RobotsRules.DisallowAll.Check("bot", "/robots.txt").Allowed);
    }

    [Fact]
    public void A_missing_file_allows_and_an_unreachable_one_forbids()
    {
        Assert.Equal(new RobotsVerdict(true), RobotsRules.AllowAll.Check("bot", "/"));
        Assert.Equal(new RobotsVerdict(false), RobotsRules.DisallowAll.Check("bot", "/"));
    }

    [Fact]
    public void A_rule_that_the_size_limit_cuts_is_dropped()
    {
        const string Rule = "\nDisallow: /last";
        var head = "User-agent: *\nDisallow: /first\n#";
        var filler = new string('x', (500 * 1024) - head.Length - Rule.Length + 4);
        var rules = RobotsRules.Parse(Encoding.UTF8.GetBytes(head + filler + Rule + "\nDisallow: /beyond"));
        Assert.False(rules.Check("bot", "/first").Allowed);
        Assert.True(rules.Check("bot", "/last").Allowed);
        Assert.True(rules.Check("bot", "/beyond").Allowed);
    }

    [Theory]
    [InlineData("User-agent: *\nCrawl-delay: 1.5", "bot", 1.5)]
    [InlineData("User-agent: *\nCrawl-delay: 1\nUser-agent: bot\nCrawl-delay: 2\nCrawl-delay: 3", "bot", 3.0)]
    [InlineData("User-agent: *\nCrawl-delay: 1\nUser-agent: bot\nDisallow:", "bot", null)]
    [InlineData("User-agent: bot\nCrawl-delay: 4\nUser-agent: other\nDisallow: /", "other", null)]
    [InlineData("User-agent: *\nCrawl-delay: 1e300", "bot", null)]
    [InlineData("User-agent: *\nCrawl-delay: -1", "bot", null)]
    [InlineData("User-agent: *\nCrawl-delay: 99999999999999999999", "bot", 86400.0)]
    public void A_crawl_delay_counts_for_the_robots_it_is_said_to(string text, string agent, double? seconds) =>
        Assert.Equal(seconds, RobotsRules.Parse(Encoding.UTF8.GetBytes(text)).CrawlDelay(agent)?.TotalSeconds);

    [Fact]
    public void Sitemaps_are_listed_wherever_they_stand() => Assert.Equal(
        ["https://a.test/1.xml", "/2"],
        RobotsRules.Parse("Sitemap: https://a.test/1.xml\nUser-agent: x\nsitemap:/2\nSitemap: /2\nSitemap:"u8).Sitemaps);

    [Theory]
    [InlineData("ExampleBot/1.0 (+https://example.org)", "ExampleBot")]
    [InlineData("ExampleBot", "ExampleBot")]
    public void A_robot_is_addressed_by_its_first_product(string userAgent, string expected) =>
        Assert.Equal(expected, RobotsRules.ProductToken(userAgent));

    [Fact]
    public void Matching_agrees_with_a_regular_expression() => Gen.Select(PatternText, PathText).Sample((pattern, path) =>
    {
        path = "/" + path;
        var anchored = pattern.EndsWith('$');
        var body = Regex.Escape(anchored ? pattern[..^1] : pattern).Replace("\\*", ".*", StringComparison.Ordinal);
        var expected = Regex.IsMatch(path, $"\\A{body}{(anchored ? "\\z" : "")}", RegexOptions.NonBacktracking);
        Assert.Equal(expected, new RobotsPattern(pattern, normalize: true).Matches(path));
    }, iter: 3_000);

    [Fact]
    public void A_pattern_of_many_stars_is_decided_without_backtracking()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 2_000)) + "b";
        Assert.True(Check($"User-agent: *\nDisallow: /{pattern}", "bot", "/" + new string('a', 10_000)).Allowed);
    }

    [Fact]
    public void No_file_is_too_broken() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        var verdict = RobotsRules.Parse(bytes).Check("bot", "/x");
        Assert.Equal(verdict.Rule is null, verdict.Line is null);
    }, iter: 3_000);

    private static RobotsVerdict Check(string text, string agent, string path) => RobotsRules.Parse(Encoding.UTF8.GetBytes(text)).Check(agent, path);
}
