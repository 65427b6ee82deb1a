using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class CrawlMessageTests
{
    private static readonly PageRecord Record = new()
    {
        Url = "u",
        FinalUrl = "f",
        Outcome = PageOutcome.Timeout,
        Status = 200,
        Error = "e",
        Depth = 1,
        Referrer = "r",
        Redirects = ["x"],
        ContentType = "t",
        Charset = "c",
        Bytes = 2,
        Sha256 = "s",
        Title = "t",
        Links = ["a", "b"],
        Attempts = 3,
        FetchedAt = DateTimeOffset.UnixEpoch,
        Elapsed = TimeSpan.FromSeconds(1),
        Silo = "silo",
        Etag = "e",
        LastModified = "l",
    };

    private static readonly CrawlSpecification Specification = new()
    {
        Scope = ScopeKind.Domain,
        Include = ["i"],
        Exclude = ["e"],
        MaxDepth = 1,
        MaxPages = 2,
        MaxTime = TimeSpan.FromSeconds(3),
        MaxConcurrent = 4,
        PerHost = 5,
        Delay = TimeSpan.FromSeconds(6),
        Timeout = TimeSpan.FromSeconds(7),
        Retries = 8,
        MaxBodyBytes = 9,
        UserAgent = "ua",
        ObeyRobots = false,
        AllowPrivate = true,
        Headers = [new CrawlHeader("n", "v")],
        Traps = new TrapLimits { Length = 1, Depth = 2, Repeats = 3, Queries = 4, Endless = 5, Sessions = 6, Same = 7 },
        Sitemaps = true,
        KeepCookies = false,
        Refresh = true,
    };

    private static readonly CrawlTotals Totals = new() { Success = 1, Timeout = 2, Error = 3, Disallowed = 4, Skipped = 5, Bytes = 6, Hosts = 7, Elapsed = TimeSpan.FromSeconds(8), LeftOut = 9, Duplicates = 10 };

    private static readonly CrawlProgress Progress = new(CrawlState.Failed, "f", Totals, 1, 2, [new CrawlHostProgress("o", 1, 2, 3, 4)], [new CrawlSiloProgress("s", 1)]);

    private static readonly object[] Samples =
    [
        Record,
        Specification,
        Totals,
        Progress,
        Progress.Hosts[0],
        Progress.Silos[0],
        Specification.Headers[0],
        Specification.Traps,
        new CrawlSetup(Specification, ["s"], PrivateNetworks.Loopback, true, new Guid("00112233-4455-6677-8899-aabbccddeeff"), ["h"], [new CrawlCredentials("o", "u")]),
        new CrawlCredentials("o", "u"),
        new CrawlPosition(new Guid("00112233-4455-6677-8899-aabbccddeeff"), 1),
        new CrawlOutput("p", 1),
        new StoredPosition("o", 1),
        new StoredPages(new StoredPosition("o", 1), [Record]),
        new CrawlInfo("i", CrawlState.Paused, "f", Totals, 1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, true),
        new CrawlBatch(new CrawlPosition(new Guid("00112233-4455-6677-8899-aabbccddeeff"), 1), [Record], CrawlState.Running, Progress, true),
        new OriginReport
        {
            Origin = "o",
            Incarnation = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
            Sequence = 1,
            Active = true,
            Records = [Record],
            SlotsReturned = 2,
            SlotsTarget = 3,
            PagesUsed = 4,
            PagesReturned = 5,
            PagesTarget = 6,
            Queued = 7,
            InFlight = 8,
            Failure = "f",
            Epoch = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
            PagesBefore = 9,
            LeftOut = 10,
        },
        new OriginGrant(new Guid("00112233-4455-6677-8899-aabbccddeeff"), 1, 2, 3, CrawlStop.TimeLimit, 4),
        new LinkGroup("r", 1, ["l"]),
        new LinkBatch([new LinkGroup(null, 0, ["l"])]),
        new HostRequest("u", new Guid("00112233-4455-6677-8899-aabbccddeeff"), 1, 2, 3, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5), 6, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8)),
        new HostGrant("h", 1, 2, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4), 5, 6, "a"),
        new RobotsRequest("o", "ua", PrivateNetworks.All, TimeSpan.FromSeconds(1), 2),
        new RobotsAnswer(RobotsKind.TimedOut, [1, 2], "e", 3, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5)),
        new FetchPage("c", "u", "f", new Guid("00112233-4455-6677-8899-aabbccddeeff"), true, "c"),
        new PageFetch
        {
            FinalUrl = "f",
            Outcome = PageOutcome.Skipped,
            Status = 1,
            Error = "e",
            RedirectsTo = "r",
            ContentType = "t",
            Charset = "c",
            Bytes = 2,
            Sha256 = "s",
            Title = "t",
            Links = ["a"],
            Follow = [0],
            RetryAfter = TimeSpan.FromSeconds(3),
            Transient = true,
            FetchedAt = DateTimeOffset.UnixEpoch,
            Elapsed = TimeSpan.FromSeconds(4),
            Silo = "silo",
            Sitemaps = ["s"],
            SetCookies = ["c"],
            Etag = "e",
            LastModified = "l",
        },
    ];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, Samples.Length)];

    [Theory]
    [MemberData(nameof(Indexes))]
    public void A_message_arrives_as_it_was_sent(int index)
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer<object>>();

        var sent = Samples[index];
        var arrived = serializer.Deserialize(serializer.SerializeToArray(sent));

        Assert.IsType(sent.GetType(), arrived);
        Assert.Equivalent(sent, arrived, strict: true);
    }

    [Fact]
    public void Every_message_has_a_sample_here()
    {
        var messages = typeof(PageRecord).Assembly.GetTypes().Where(static type =>
            type is { Namespace: "OrleansAsync.Crawling", IsEnum: false } && type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false));

        Assert.Equal(messages.Select(static type => type.Name).Order(), Samples.Select(static sample => sample.GetType().Name).Order());
    }

    [Fact]
    public void No_property_of_a_sample_has_the_value_it_has_anyway()
    {
        // Or a property that does not travel would not be noticed.
        foreach (var sample in Samples)
            foreach (var property in sample.GetType().GetProperties().Where(static p => p.IsDefined(typeof(IdAttribute), false)))
            {
                var value = property.GetValue(sample);
                var empty = property.PropertyType == typeof(bool) ? null : property.PropertyType.IsValueType ? Activator.CreateInstance(property.PropertyType) : null;
                if (sample is LinkGroup or CrawlSpecification or CrawlBatch) continue;
                Assert.False(Equals(value, empty), $"{sample.GetType().Name}.{property.Name}");
            }
    }
}
