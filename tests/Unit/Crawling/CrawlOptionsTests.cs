using System.CommandLine;
using OrleansAsync.Commands;
using OrleansAsync.Crawling;
using OrleansAsync.Hosting;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class CrawlOptionsTests
{
    [Fact]
    public void Without_options_a_crawl_has_its_defaults()
    {
        var request = Read("http://a.test/");

        Assert.Equal(["http://a.test/"], request.Urls);
        Assert.Equivalent(new CrawlSpecification(), request.Specification);
    }

    [Fact]
    public void Every_option_reaches_the_specification()
    {
        var request = Read(
            "http://a.test/", "-o", "x.jsonl", "-o", "y.jsonl", "--id", "me", "--max-depth", "3", "--max-pages", "100", "--max-time", "2m", "--max-concurrent", "9", "--per-host", "4",
            "--delay", "0s", "--timeout", "500ms", "--retries", "0", "--max-body", "1000", "--scope", "domain", "--include", "a", "--exclude", "b", "--exclude", "c", "--user-agent", "Me/1",
            "--no-robots", "--allow-private", "--sitemaps", "--no-cookies", "--refresh", "--traps", "depth=5,same=off", "--header", "X-A: b: c");

        Assert.Equal(["x.jsonl", "y.jsonl"], request.Outputs);
        Assert.Equal("me", request.Id);
        Assert.Equivalent(
            new CrawlSpecification
            {
                MaxDepth = 3,
                MaxPages = 100,
                MaxTime = TimeSpan.FromMinutes(2),
                MaxConcurrent = 9,
                PerHost = 4,
                Delay = TimeSpan.Zero,
                Timeout = TimeSpan.FromMilliseconds(500),
                Retries = 0,
                MaxBodyBytes = 1000,
                Scope = ScopeKind.Domain,
                Include = ["a"],
                Exclude = ["b", "c"],
                UserAgent = "Me/1",
                ObeyRobots = false,
                AllowPrivate = true,
                Sitemaps = true,
                KeepCookies = false,
                Refresh = true,
                Traps = new TrapLimits { Depth = 5, Same = null },
                Headers = [new CrawlHeader("X-A", "b: c")],
            },
            request.Specification);
    }

    [Fact]
    public void All_traps_can_be_turned_off() => Assert.Equal(TrapLimits.None, Read("http://a.test/", "--traps", "off").Specification.Traps);

    [Fact]
    public void The_demo_has_a_timeout_of_its_own()
    {
        var request = Read("demo");

        Assert.True(request.IsDemo);
        Assert.Empty(request.Urls);
        Assert.Equal(DemoSite.SuggestedTimeout, request.Specification.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(9), Read("demo", "--timeout", "9s").Specification.Timeout);
    }

    [Theory]
    [InlineData("nothing to crawl")]
    [InlineData("unknown option '--nonsense'", "http://a.test/", "--nonsense")]
    [InlineData("takes no other URLs", "demo", "http://a.test/")]
    [InlineData("ends in .jsonl", "http://a.test/", "-o", "x.csv")]
    [InlineData("cannot be the id of a crawl", "http://a.test/", "--id", "a b")]
    [InlineData("'(' is not a usable regular expression", "http://a.test/", "--include", "(")]
    [InlineData("--timeout 0", "http://a.test/", "--timeout", "0s")]
    [InlineData("is no header", "http://a.test/", "--header", "nonsense")]
    [InlineData("is no header", "http://a.test/", "--header", "X y: z")]
    [InlineData("does not exist", "http://a.test/", "--header", "@/nowhere/at-all")]
    [InlineData("'nonsense' is no limit for --traps", "http://a.test/", "--traps", "nonsense")]
    [InlineData("'width=3' is no limit for --traps", "http://a.test/", "--traps", "depth=5,width=3")]
    [InlineData("'0' is no limit for --traps", "http://a.test/", "--traps", "depth=0")]
    [InlineData("say which with --id", "http://a.test/", "--refresh")]
    [InlineData("--user-agent must be one line", "http://a.test/", "--user-agent", "")]
    public void Wrong_input_is_named(string expected, params string[] args)
    {
        var error = Assert.Throws<ProgramException>(() => Read(args));

        Assert.True(error.IsInput);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'x' is no value of --max-depth", "--max-depth", "x")]
    [InlineData("'0' is no value of --max-pages", "--max-pages", "0")]
    [InlineData("'-1' is no value of --retries", "--retries", "-1")]
    [InlineData("'site' is no value of --scope", "--scope", "site")]
    [InlineData("'0' is no value of --scope", "--scope", "0")]
    public void A_wrong_value_is_named_with_its_option(string expected, string option, string value)
    {
        var (command, _) = Create();

        var error = Assert.Single(command.Parse(["http://a.test/", option, value]).Errors);

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static CrawlRequest Read(params string[] args)
    {
        var (command, options) = Create();
        var parsed = command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        Assert.Empty(parsed.Errors);
        return options.Read(parsed);
    }

    private static (Command Command, CrawlOptions Options) Create()
    {
        var command = new Command("crawl");
        var options = new CrawlOptions();
        options.AddTo(command);
        return (command, options);
    }
}
