using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansAsync.Crawling;

/// <summary>Writes records as JSON Lines. By hand: they come by the thousand, and the names and their order are promised to users.</summary>
internal static class RecordJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Appends a record and a line end.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="record">The record.</param>
    public static void AppendLine(IBufferWriter<byte> buffer, PageRecord record)
    {
        using (var json = new Utf8JsonWriter(buffer, Options)) Write(json, record);
        buffer.Write("\n"u8);
    }

    /// <summary>Appends the summary and a line end.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="summary">The summary.</param>
    public static void AppendLine(IBufferWriter<byte> buffer, CrawlSummary summary)
    {
        var totals = summary.Totals;
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteStartObject("summary"u8);
            json.WriteString("crawl_id"u8, summary.CrawlId);
            json.WriteNumber("success"u8, totals.Success);
            json.WriteNumber("timeout"u8, totals.Timeout);
            json.WriteNumber("error"u8, totals.Error);
            json.WriteNumber("disallowed"u8, totals.Disallowed);
            json.WriteNumber("skipped"u8, totals.Skipped);
            json.WriteNumber("pages"u8, totals.Pages);
            json.WriteNumber("bytes"u8, totals.Bytes);
            json.WriteNumber("hosts"u8, totals.Hosts);
            json.WriteNumber("elapsed_ms"u8, Milliseconds(totals.Elapsed));
            json.WriteNumber("pages_per_second"u8, Math.Round(totals.PagesPerSecond, 1));
            json.WriteBoolean("resumed"u8, summary.IsResumed);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }

    /// <summary>The name of an outcome in records.</summary>
    /// <param name="outcome">The outcome.</param>
    public static string Name(PageOutcome outcome) => outcome switch
    {
        PageOutcome.Success => "success",
        PageOutcome.Timeout => "timeout",
        PageOutcome.Disallowed => "disallowed",
        PageOutcome.Skipped => "skipped",
        _ => "error",
    };

    private static void Write(Utf8JsonWriter json, PageRecord record)
    {
        json.WriteStartObject();
        json.WriteString("url"u8, record.Url);
        json.WriteString("final_url"u8, record.FinalUrl);
        json.WriteString("outcome"u8, Name(record.Outcome));
        if (record.Status is { } status) json.WriteNumber("status"u8, status);
        else json.WriteNull("status"u8);
        json.WriteString("error"u8, record.Error);
        json.WriteNumber("depth"u8, record.Depth);
        json.WriteString("referrer"u8, record.Referrer);
        WriteArray(json, "redirects"u8, record.Redirects);
        json.WriteString("content_type"u8, record.ContentType);
        json.WriteString("charset"u8, record.Charset);
        json.WriteNumber("bytes"u8, record.Bytes);
        json.WriteString("sha256"u8, record.Sha256);
        json.WriteString("title"u8, record.Title);
        WriteArray(json, "links"u8, record.Links);
        json.WriteNumber("attempts"u8, record.Attempts);
        if (record.FetchedAt is { } at) json.WriteString("fetched_at"u8, at.UtcDateTime);
        else json.WriteNull("fetched_at"u8);
        json.WriteNumber("elapsed_ms"u8, Milliseconds(record.Elapsed));
        json.WriteString("silo"u8, record.Silo);
        json.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < values.Count; i++) json.WriteStringValue(values[i]);
        json.WriteEndArray();
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);
}
