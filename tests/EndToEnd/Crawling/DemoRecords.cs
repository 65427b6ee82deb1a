using System.Text.Json;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.EndToEnd.Crawling;

/// <summary>Compares records with what a correct crawl of the demo site gives.</summary>
internal static class DemoRecords
{
    public static void AssertComplete(DemoSite site, IEnumerable<string> lines)
    {
        var found = lines.Select(Read).Select(static record => $"{record.Url} {record.Outcome} {record.Status}").Order(StringComparer.Ordinal);
        var expected = site.Expected.Select(static page => $"{page.Key} {page.Value.Outcome.ToString().ToLowerInvariant()} {page.Value.Status}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, found);
    }

    public static (string Url, string Outcome, int? Status, string? Silo) Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        var record = json.RootElement;
        var status = record.GetProperty("status");
        return (record.GetProperty("url").GetString()!, record.GetProperty("outcome").GetString()!, status.ValueKind == JsonValueKind.Null ? null : status.GetInt32(), record.GetProperty("silo").GetString());
    }
}
