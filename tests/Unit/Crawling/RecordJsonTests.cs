using System.Buffers;
using System.Text;
using System.Text.Json;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class RecordJsonTests
{
    [Fact]
    public void A_record_is_one_line_with_every_promised_property()
    {
        var line = Line(new PageRecord
        {
            Url = "http://a.test/ä?x=1&y=<2>",
            FinalUrl = "http://a.test/b",
            Outcome = PageOutcome.Success,
            Status = 200,
            Depth = 2,
            Referrer = "http://a.test/",
            Redirects = ["http://a.test/b"],
            ContentType = "text/html",
            Charset = "utf-8",
            Bytes = 12,
            Sha256 = "ab",
            Title = "two\nlines \"quoted\"",
            Links = ["http://a.test/c", "http://a.test/d"],
            Attempts = 1,
            FetchedAt = new DateTimeOffset(2026, 1, 2, 4, 4, 5, TimeSpan.FromHours(1)),
            Elapsed = TimeSpan.FromMilliseconds(1234.56),
            Silo = "silo-1",
        });

        Assert.Equal(
            """{"url":"http://a.test/ä?x=1&y=<2>","final_url":"http://a.test/b","outcome":"success","status":200,"error":null,"depth":2,"referrer":"http://a.test/","redirects":["http://a.test/b"],"content_type":"text/html","charset":"utf-8","bytes":12,"sha256":"ab","title":"two\nlines \"quoted\"","links":["http://a.test/c","http://a.test/d"],"attempts":1,"fetched_at":"2026-01-02T03:04:05Z","elapsed_ms":1234.6,"silo":"silo-1"}"""
            + "\n",
            line);
    }

    [Fact]
    public void What_is_not_known_is_null()
    {
        using var json = JsonDocument.Parse(Line(new PageRecord { Url = "x", Outcome = PageOutcome.Error, Error = "broken" }));

        var nulls = json.RootElement.EnumerateObject().Where(static p => p.Value.ValueKind == JsonValueKind.Null).Select(static p => p.Name);
        Assert.Equal(["final_url", "status", "referrer", "content_type", "charset", "sha256", "title", "fetched_at", "silo"], nulls);
    }

    [Fact]
    public void The_summary_is_an_object_of_its_own()
    {
        var buffer = new ArrayBufferWriter<byte>();
        RecordJson.AppendLine(buffer, new CrawlSummary("c1", new CrawlTotals { Success = 3, Error = 1, Skipped = 2, Bytes = 10, Hosts = 1, Elapsed = TimeSpan.FromSeconds(2) }, false));

        Assert.Equal(
            """{"summary":{"crawl_id":"c1","success":3,"timeout":0,"error":1,"disallowed":0,"skipped":2,"pages":4,"bytes":10,"hosts":1,"elapsed_ms":2000,"pages_per_second":2,"resumed":false}}""" + "\n",
            Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static string Line(PageRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>();
        RecordJson.AppendLine(buffer, record);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
