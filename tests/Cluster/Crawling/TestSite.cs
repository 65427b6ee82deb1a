using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>A site on loopback whose pages a test writes down; it remembers what was requested.</summary>
public sealed class TestSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, RequestDelegate> _pages = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Path, long Started)> _requests = [];
    private RequestDelegate? _otherwise;
    private int _open;
    private int _peak;

    private TestSite(IPAddress address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0));
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    public string Origin { get; private set; } = "";

    /// <summary>Requests without those for robots.txt, in the order they came.</summary>
    public IEnumerable<string> Requests => _requests.Select(static r => r.Path).Where(static path => path != "/robots.txt");

    public IEnumerable<long> Starts => _requests.Select(static r => r.Started);

    public int PeakOpen => _peak;

    public static async Task<TestSite> StartAsync(string address = "127.0.0.1")
    {
        var site = new TestSite(IPAddress.Parse(address));
        await site._app.StartAsync(TestContext.Current.CancellationToken);
        site.Origin = site._app.Urls.Single();
        return site;
    }

    public string Url(string path) => Origin + path;

    public IEnumerable<string> Urls(params IEnumerable<string> paths) => paths.Select(Url).Order(StringComparer.Ordinal);

    /// <summary>A page with links.</summary>
    public TestSite Page(string path, params string[] links) =>
        Serve(path, context => HtmlAsync(context, links));

    public TestSite Robots(string text) => Serve("/robots.txt", context => context.Response.WriteAsync(text));

    public TestSite Status(string path, int status) => Serve(path, context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    });

    public TestSite Redirect(string path, string target) => Serve(path, context =>
    {
        context.Response.Redirect(target);
        return Task.CompletedTask;
    });

    public TestSite Serve(string path, RequestDelegate page)
    {
        _pages[path] = page;
        return this;
    }

    /// <summary>What is served for any other path; without it, 404.</summary>
    public TestSite Otherwise(RequestDelegate page)
    {
        _otherwise = page;
        return this;
    }

    public static Task HtmlAsync(HttpContext context, params IEnumerable<string> links)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        var body = string.Join('\n', links.Select(link => string.Create(CultureInfo.InvariantCulture, $"<a href=\"{link}\">x</a>")));
        return context.Response.WriteAsync($"<!doctype html><title>{context.Request.Path}</title>{body}");
    }

    /// <summary>Checks that the starts were apart; and how many there were.</summary>
    public void AssertDistance(int? count, TimeSpan least)
    {
        var starts = Starts.ToArray();
        if (count is not null) Assert.Equal(count, starts.Length);
        // A busy machine delays now this start, now that one on its way to the server; together they keep the pace.
        for (var i = 1; i < starts.Length; i++) Assert.InRange(Stopwatch.GetElapsedTime(starts[i - 1], starts[i]), least / 2, TimeSpan.MaxValue);
        Assert.InRange(Stopwatch.GetElapsedTime(starts[0], starts[^1]), least * (starts.Length - 1) * 0.9, TimeSpan.MaxValue);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value + context.Request.QueryString.Value;
        _requests.Enqueue((path, TimeProvider.System.GetTimestamp()));
        var open = Interlocked.Increment(ref _open);
        for (var peak = _peak; open > peak && Interlocked.CompareExchange(ref _peak, open, peak) != peak; peak = _peak) { }
        try
        {
            if (_pages.TryGetValue(path, out var page)) await page(context);
            else if (path == "/robots.txt" || path == "/sitemap.xml" || _otherwise is null) context.Response.StatusCode = StatusCodes.Status404NotFound;
            else await _otherwise(context);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
