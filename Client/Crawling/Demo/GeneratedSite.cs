using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OrleansAsync.Crawling;

/// <summary>A site of any size on loopback: pages of some kilobytes with twenty links each, made as they are asked for.</summary>
internal sealed class GeneratedSite : IAsyncDisposable
{
    private const int Children = 10;
    private const int Others = 10;

    // About as much text as a page of documentation has.
    private static readonly byte[] Text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("<p>A page has some text between its links, so that reading it costs what it costs on a real site.</p>\n", 40)));

    private readonly WebApplication _app;
    private readonly int _pages;

    private GeneratedSite(int pages)
    {
        _pages = pages;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen(IPAddress.Loopback, 0);
        });
        // Ctrl-C belongs to the crawl; the site stays up until it is disposed.
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Gets where to begin: from here all pages are reached.</summary>
    public ImmutableArray<string> Seeds => [$"{_app.Urls.First()}/"];

    /// <summary>Starts a site on a free port.</summary>
    /// <param name="pages">How many pages it has.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<GeneratedSite> StartAsync(int pages, CancellationToken cancellationToken)
    {
        var site = new GeneratedSite(pages);
        try
        {
            await site._app.StartAsync(cancellationToken);
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }

        return site;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (NumberOf(context.Request.Path.Value!) is not { } number)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        Write(context.Response.BodyWriter, number);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private int? NumberOf(string path) => path == "/" ? 0
        : path.StartsWith("/p/", StringComparison.Ordinal) && int.TryParse(path.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number < _pages ? number
        : null;

    private void Write(PipeWriter body, int number)
    {
        Append(body, $"<!doctype html><html><head><title>Page {number}</title></head><body>\n");
        body.Write(Text);
        for (var child = 1; child <= Children; child++) Link(body, ((long)number * Children) + child);
        // All over the site, so that most links lead to what is known already.
        for (var other = 1; other <= Others; other++) Link(body, (number + 1L) * 7919 * other % _pages);
        Append(body, "</body></html>\n");
    }

    private void Link(PipeWriter body, long number)
    {
        if (number > 0 && number < _pages) Append(body, $"<a href=\"/p/{number}\">page {number}</a>\n");
    }

    private static void Append(PipeWriter body, string text) => Encoding.ASCII.GetBytes(text, body);
}
