using System.Text;

namespace OrleansAsync.Crawling;

/// <summary>How the demo site answers one path.</summary>
internal sealed record DemoAnswer
{
    /// <summary>Of a crawl's record; <see langword="null"/> for what is never linked: a hop of a redirect, robots.txt.</summary>
    public ExpectedPage? Expected { get; init; }

    public int Status { get; init; } = 200;

    public string? ContentType { get; init; } = "text/html; charset=utf-8";

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Sent with every answer.</summary>
    public (string Name, string Value)? Header { get; init; }

    /// <summary>Compressed for who accepts it.</summary>
    public bool Gzip { get; init; }

    /// <summary>Infinite for a page that is never answered.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The first request gets a 503 that asks to come back in a second.</summary>
    public bool FailsOnce { get; init; }

    public static DemoAnswer Page(string html, Encoding? encoding = null) =>
        new() { Body = (encoding ?? Encoding.UTF8).GetBytes(html), Expected = new(PageOutcome.Success, 200) };

    public static DemoAnswer Failure(int status) => Page($"<!doctype html><title>{status}</title><p>This page answers {status}.") with
    {
        Status = status,
        Expected = new(PageOutcome.Error, status),
    };

    public static DemoAnswer Redirect(string location) => new() { Status = 302, ContentType = null, Header = ("Location", location) };
}
