using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class ConnectionTests : FetchTest
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private Task<FetchedPage> FetchAsync(CrawlUrl url, PrivateNetworks permitted) =>
        Fetcher.FetchAsync(Request(url) with { Permitted = permitted }, Token);

    [Fact]
    public async Task A_closed_port_refuses()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, not listening: nobody else can take the port meanwhile
        var page = await FetchAsync(CrawlUrl.Parse($"http://{reserved.LocalEndPoint}/"));

        Assert.Equal((PageOutcome.Error, null, "connection refused", true), (page.Outcome, page.Status, page.Error, page.Transient));
    }

    [Fact]
    public async Task A_name_nobody_has_is_not_found()
    {
        var page = await FetchAsync(CrawlUrl.Parse("http://no-such-host.invalid/"));

        Assert.Equal(PageOutcome.Error, page.Outcome);
        Assert.StartsWith("host not found: no-such-host.invalid", page.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/", "127.0.0.1")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/", "127.0.0.1")]
    [InlineData("http://0x7f.1:{0}/", "127.0.0.1")]
    [InlineData("http://10.1.2.3:{0}/", "10.1.2.3")]
    [InlineData("http://169.254.169.254:{0}/latest/meta-data/", "169.254.169.254")]
    [InlineData("http://localhost:{0}/", "")]
    public async Task A_private_address_is_refused_however_it_is_written(string url, string address)
    {
        await using var server = new RawServer(Ok);
        var page = await FetchAsync(CrawlUrl.Parse(url.Replace("{0}", $"{server.Port}", StringComparison.Ordinal)), PrivateNetworks.None);

        Assert.Equal((PageOutcome.Error, null, false), (page.Outcome, page.Status, page.Transient));
        Assert.Matches($"^address .*{address} is private \\(use --allow-private\\)$", page.Error);
        Assert.Empty(server.Heads);
    }

    [Fact]
    public async Task A_redirect_into_another_private_range_is_refused()
    {
        await using var server = new RawServer("HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n");
        var page = await FetchAsync(server.Url);

        Assert.Equal((PageOutcome.Error, "address 10.0.0.1 is private (use --allow-private)"), (page.Outcome, page.Error));
    }

    [Fact]
    public async Task A_connection_of_a_crawl_that_may_does_not_serve_one_that_may_not()
    {
        await using var site = await TestSite.StartAsync(_ => Task.CompletedTask);
        var url = CrawlUrl.Parse($"http://localhost:{site.Address.Port}/");

        Assert.Equal(PageOutcome.Success, (await FetchAsync(url, PrivateNetworks.All)).Outcome);
        Assert.Equal(PageOutcome.Error, (await FetchAsync(url, PrivateNetworks.None)).Outcome);
        Assert.Equal(PageOutcome.Error, (await FetchAsync(url, PrivateNetworks.All & ~PrivateNetworks.Loopback)).Outcome);
    }

    [Fact]
    public async Task Connections_are_used_again()
    {
        var connections = new HashSet<string>();
        await using var site = await TestSite.StartAsync(context =>
        {
            lock (connections) connections.Add(context.Connection.Id);
            return Task.CompletedTask;
        });
        for (var i = 0; i < 5; i++) await FetchAsync(site.Url("/"));

        Assert.Single(connections);
    }

    [Fact]
    public async Task A_certificate_nobody_signed_is_a_tls_failure()
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(new(2020, 1, 1, 0, 0, 0, default), new(2120, 1, 1, 0, 0, 0, default));
        await using var site = await TestSite.StartAsync(_ => Task.CompletedTask, listen => listen.UseHttps(certificate));
        var page = await FetchAsync(CrawlUrl.Parse($"https://127.0.0.1:{site.Address.Port}/"));

        Assert.Equal((PageOutcome.Error, null, false), (page.Outcome, page.Status, page.Transient));
        Assert.StartsWith("TLS failure: ", page.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_s_proxy_may_be_private_but_what_is_asked_of_it_may_not()
    {
        await using var proxy = new RawServer(Ok);
        using var fetcher = new PageFetcher(Time, new WebProxy(proxy.Url.Href));
        var proxied = await fetcher.FetchAsync(Request(CrawlUrl.Parse("http://site.invalid/x")) with { Permitted = PrivateNetworks.None }, Token);
        var refused = await fetcher.FetchAsync(Request(CrawlUrl.Parse("http://10.0.0.1/x")) with { Permitted = PrivateNetworks.None }, Token);

        Assert.Equal((PageOutcome.Success, PageOutcome.Error), (proxied.Outcome, refused.Outcome));
        Assert.StartsWith("GET http://site.invalid/x ", Assert.Single(proxy.Heads), StringComparison.Ordinal);
    }

    [Fact]
    public async Task This_machine_s_own_addresses_bypass_the_proxy()
    {
        await using var server = new RawServer(Ok);
        await using var proxy = new RawServer(Ok);
        using var fetcher = new PageFetcher(Time, new WebProxy(proxy.Url.Href));
        await fetcher.FetchAsync(Request(server.Url), Token);

        Assert.Empty(proxy.Heads);
        Assert.Single(server.Heads);
    }
}
