using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansAsync.Crawling;

/// <summary>A small web on loopback to crawl without the internet: four hosts, some 300 URLs, and most of what goes wrong on real sites.</summary>
internal sealed class DemoSite : IAsyncDisposable
{
    /// <summary>Long enough for the slow page, short enough that the one that never answers does not spoil the show.</summary>
    public static readonly TimeSpan SuggestedTimeout = TimeSpan.FromSeconds(3);

    private readonly WebApplication _app;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<DemoAnswer, bool> _failed = new(ReferenceEqualityComparer.Instance);
    private Dictionary<IPEndPoint, Dictionary<string, DemoAnswer>> _pages = [];

    private DemoSite(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            for (var town = 0; town < DemoPages.Hosts; town++) options.Listen(AddressOf(town), 0);
        });
        // Ctrl-C belongs to the crawl; the site stays up until it is disposed.
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The front page of every host.</summary>
    public ImmutableArray<string> Seeds { get; private set; } = [];

    /// <summary>
    /// What a correct crawl of the seeds, in scope <c>host</c> and without limits, must report: these URLs, each once. It holds with
    /// <see cref="SuggestedTimeout"/> and at least one retry.
    /// </summary>
    public IReadOnlyDictionary<string, ExpectedPage> Expected { get; private set; } = ImmutableDictionary<string, ExpectedPage>.Empty;

    /// <summary>Starts the site on free ports.</summary>
    public static Task<DemoSite> StartAsync(CancellationToken cancellationToken) => StartAsync(TimeProvider.System, cancellationToken);

    /// <summary>Starts the site with a clock of one's own for its delays.</summary>
    internal static async Task<DemoSite> StartAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var site = new DemoSite(timeProvider);
        try
        {
            await site._app.StartAsync(cancellationToken);
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }

        site.Build();
        return site;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private void Build()
    {
        var origins = _app.Urls.ToArray();
        var pages = new DemoPages(origins);
        var towns = origins.Select((origin, town) => (Origin: origin, Pages: pages.Of(town))).ToArray();
        _pages = towns.ToDictionary(town => IPEndPoint.Parse(new Uri(town.Origin).Authority), town => town.Pages);
        Seeds = [.. origins.Select(origin => origin + "/")];
        Expected = towns
            .SelectMany(town => town.Pages.Where(page => page.Value.Expected is not null), (town, page) => (Url: town.Origin + page.Key, page.Value.Expected))
            .ToDictionary(page => page.Url, page => page.Expected!);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var answer = _pages[new(context.Connection.LocalIpAddress!, context.Connection.LocalPort)].GetValueOrDefault(target) ?? DemoAnswer.Failure(404);
        try
        {
            await DelayAsync(answer.Delay, context.RequestAborted);
            await SendAsync(context.Response, answer, context.Request.Headers.AcceptEncoding.ToString());
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task DelayAsync(TimeSpan delay, CancellationToken aborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, _stopping.Token);
        if (delay != TimeSpan.Zero) await Task.Delay(delay, _timeProvider, either.Token);
    }

    private async Task SendAsync(HttpResponse response, DemoAnswer answer, string accepted)
    {
        if (answer.FailsOnce && _failed.TryAdd(answer, true))
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.Headers.RetryAfter = "1";
            return;
        }

        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        if (answer.Header is var (name, value)) response.Headers[name] = value;
        if (answer.Body.IsEmpty) return;
        if (!answer.Gzip || !accepted.Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            response.ContentLength = answer.Body.Length;
            await response.Body.WriteAsync(answer.Body, _stopping.Token);
            return;
        }

        response.Headers.ContentEncoding = "gzip";
        await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest);
        await gzip.WriteAsync(answer.Body, _stopping.Token);
    }

    /// <summary>An address of loopback for each host where the system has them (a host is paced as one), else the one it surely has.</summary>
    private static IPAddress AddressOf(int town)
    {
        var address = new IPAddress([127, 0, 0, (byte)(town + 1)]);
        try
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(address, 0));
            return address;
        }
        catch (SocketException)
        {
            return IPAddress.Loopback;
        }
    }
}
