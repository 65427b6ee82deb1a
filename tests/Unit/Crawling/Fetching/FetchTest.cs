using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

/// <summary>A fetcher on a clock that stands still: no test of this kind waits for time.</summary>
public abstract class FetchTest : IDisposable
{
    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private protected PageFetcher Fetcher { get; }

    private protected FetchTest() => Fetcher = new(Time);

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected static FetchRequest Request(CrawlUrl url) =>
        new() { Url = url, UserAgent = "oa-test/1.0", Permitted = PrivateNetworks.Loopback };

    private protected Task<FetchedPage> FetchAsync(CrawlUrl url) => Fetcher.FetchAsync(Request(url), Token);

    private protected static string Sha256(byte[] body) => Convert.ToHexStringLower(SHA256.HashData(body));

    public void Dispose()
    {
        Fetcher.Dispose();
        GC.SuppressFinalize(this);
    }
}
