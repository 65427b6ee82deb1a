using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

/// <summary>A well-behaved server on a free port of loopback.</summary>
internal sealed class TestSite(WebApplication app) : IAsyncDisposable
{
    public Uri Address { get; } = new(app.Urls.First());

    public static async Task<TestSite> StartAsync(RequestDelegate answer, Action<ListenOptions>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AllowSynchronousIO = true;
            options.Listen(IPAddress.Loopback, 0, listen => configure?.Invoke(listen));
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestSite(app);
    }

    public CrawlUrl Url(string pathAndQuery) => CrawlUrl.Parse(Address.GetLeftPart(UriPartial.Authority) + pathAndQuery);

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
