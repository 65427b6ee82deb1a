using System.Net;
using CsCheck;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("127.0.0.1", PrivateNetworks.Loopback)]
    [InlineData("127.255.255.254", PrivateNetworks.Loopback)]
    [InlineData("::1", PrivateNetworks.Loopback)]
    [InlineData("::ffff:127.0.0.1", PrivateNetworks.Loopback)]
    [InlineData("::127.0.0.1", PrivateNetworks.Loopback)]
    [InlineData("64:ff9b::7f00:1", PrivateNetworks.Loopback)]
    [InlineData("2002:7f00:1::", PrivateNetworks.Loopback)]
    [InlineData("0.0.0.0", PrivateNetworks.Unspecified)]
    [InlineData("::", PrivateNetworks.Unspecified)]
    [InlineData("10.255.255.255", PrivateNetworks.Private10)]
    [InlineData("172.16.0.1", PrivateNetworks.Private172)]
    [InlineData("172.31.255.255", PrivateNetworks.Private172)]
    [InlineData("172.32.0.1", PrivateNetworks.None)]
    [InlineData("192.168.1.1", PrivateNetworks.Private192)]
    [InlineData("192.169.0.1", PrivateNetworks.None)]
    [InlineData("169.254.169.254", PrivateNetworks.LinkLocal)]
    [InlineData("fe80::1%1", PrivateNetworks.LinkLocal)]
    [InlineData("fd00::1", PrivateNetworks.UniqueLocal)]
    [InlineData("fec0::1", PrivateNetworks.UniqueLocal)]
    [InlineData("100.64.0.1", PrivateNetworks.CarrierNat)]
    [InlineData("100.128.0.1", PrivateNetworks.None)]
    [InlineData("224.0.0.1", PrivateNetworks.Multicast)]
    [InlineData("ff02::1", PrivateNetworks.Multicast)]
    [InlineData("255.255.255.255", PrivateNetworks.Reserved)]
    [InlineData("192.0.2.1", PrivateNetworks.Reserved)]
    [InlineData("2001:db8::1", PrivateNetworks.Reserved)]
    [InlineData("8.8.8.8", PrivateNetworks.None)]
    [InlineData("::ffff:8.8.8.8", PrivateNetworks.None)]
    [InlineData("2606:4700::1111", PrivateNetworks.None)]
    [InlineData("2a00:1450:4001::200e", PrivateNetworks.None)]
    public void Each_range_is_known(string address, PrivateNetworks expected) =>
        Assert.Equal(expected, AddressRules.Classify(IPAddress.Parse(address)));

    [Fact]
    public void An_address_counts_the_same_in_ipv6_clothing() => Gen.Byte.Array[4].Sample(bytes =>
    {
        var address = new IPAddress(bytes);
        return AddressRules.Classify(address.MapToIPv6()) == AddressRules.Classify(address);
    });

    [Fact]
    public void Only_what_is_permitted_is() => Gen.Select(Gen.Byte.Array[4], Gen.Int[0, (int)PrivateNetworks.All]).Sample((bytes, permitted) =>
    {
        var kind = AddressRules.Classify(new IPAddress(bytes));
        return AddressRules.Permits((PrivateNetworks)permitted, new IPAddress(bytes)) == (kind == 0 || ((PrivateNetworks)permitted & kind) != 0);
    });

    [Theory]
    [InlineData("http://[::1]:8080/", PrivateNetworks.Loopback)]
    [InlineData("http://192.168.0.7/", PrivateNetworks.Private192)]
    [InlineData("http://localhost/", PrivateNetworks.Loopback)]
    [InlineData("http://no-such-host.invalid/", PrivateNetworks.None)]
    public async Task A_seed_permits_the_ranges_of_its_host(string url, PrivateNetworks expected) =>
        Assert.Equal(expected, await AddressRules.OfHostAsync(CrawlUrl.Parse(url), TestContext.Current.CancellationToken));
}
