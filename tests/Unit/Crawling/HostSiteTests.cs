using System.Net;
using System.Net.Sockets;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class HostSiteTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]", true)]
    [InlineData("93.184.216.34", false)]
    public async Task An_address_is_looked_up_nowhere_and_shares_nothing(string host, bool isPrivate) =>
        Assert.Equal(new HostSite(isPrivate, null), await HostSite.FindAsync(host, static _ => throw new InvalidOperationException("looked up")));

    [Theory]
    [InlineData("93.184.216.34", false, "93.184.216.34")]
    [InlineData("93.184.216.40", false, "93.184.216.40 93.184.216.200")]
    [InlineData("93.184.216.40", false, "93.184.216.200 93.184.216.40")]
    [InlineData("127.0.0.1", true, "::1 127.0.0.1")]
    [InlineData("[2606:2800:220:1::2]", false, "2606:2800:220:1::10 2606:2800:220:1:0:0:0:2")]
    [InlineData("[fe80::1]", true, "fe80::1%1")]
    [InlineData("10.0.0.1", true, "::ffff:10.0.0.1")]
    public async Task Names_with_the_same_addresses_share_one_of_them(string expected, bool isPrivate, string addresses) =>
        Assert.Equal(new HostSite(isPrivate, expected), await HostSite.FindAsync("a.test", _ => Task.FromResult<IPAddress[]>([.. addresses.Split(' ').Select(IPAddress.Parse)])));

    [Fact]
    public async Task A_name_that_does_not_resolve_has_no_address() =>
        Assert.Equal(new HostSite(false, null), await HostSite.FindAsync("a.test", static _ => throw new SocketException((int)SocketError.HostNotFound)));
}
