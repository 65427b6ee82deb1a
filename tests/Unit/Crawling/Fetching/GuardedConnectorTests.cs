using System.Net;
using System.Net.Sockets;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

public sealed class GuardedConnectorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static GuardedConnector Connector(PrivateNetworks permitted, params string[] addresses) => new(
        permitted, new EnvironmentProxy(new WebProxy()), TimeProvider.System, (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()));

    [Fact]
    public async Task An_address_that_refuses_gives_way_to_the_next()
    {
        await using var server = new RawServer("");
        // ::1 has no listener there, or the system has no IPv6: both fail at once.
        await using var stream = await Connector(PrivateNetworks.Loopback, "::1", "127.0.0.1").ConnectAsync(new("two.test", server.Port), Token);
        Assert.Equal(server.Port, Assert.IsType<IPEndPoint>(Assert.IsType<NetworkStream>(stream).Socket.RemoteEndPoint).Port);
    }

    [Fact]
    public async Task If_all_refuse_the_last_one_s_reason_counts()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var endPoint = new DnsEndPoint("two.test", ((IPEndPoint)reserved.LocalEndPoint!).Port);
        var thrown = await Assert.ThrowsAsync<SocketException>(
            async () => await Connector(PrivateNetworks.Loopback, "127.0.0.1", "127.0.0.1").ConnectAsync(endPoint, Token));
        Assert.Equal(SocketError.ConnectionRefused, thrown.SocketErrorCode);
    }

    [Fact]
    public async Task Of_a_mixed_answer_only_the_permitted_addresses_are_tried()
    {
        await using var server = new RawServer("");
        var addresses = new[] { "10.0.0.1", "169.254.169.254", "127.0.0.1" };
        await using var stream = await Connector(PrivateNetworks.Loopback, addresses).ConnectAsync(new("mixed.test", server.Port), Token);
        Assert.IsType<NetworkStream>(stream);
    }

    [Fact]
    public async Task A_name_that_turns_private_between_look_ups_is_refused()
    {
        var thrown = await Assert.ThrowsAsync<FetchException>(
            async () => await Connector(PrivateNetworks.None, "169.254.169.254").ConnectAsync(new("rebind.test", 80), Token));
        Assert.Equal("address 169.254.169.254 is private (use --allow-private)", thrown.Message);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, false)]
    [InlineData(SocketError.NoData, false)]
    [InlineData(SocketError.TryAgain, true)]
    public async Task Only_a_name_service_that_does_not_answer_is_worth_another_try(SocketError error, bool transient)
    {
        var connector = new GuardedConnector(
            PrivateNetworks.None, new EnvironmentProxy(new WebProxy()), TimeProvider.System, (_, _) => Task.FromException<IPAddress[]>(new SocketException((int)error)));
        var thrown = await Assert.ThrowsAsync<FetchException>(async () => await connector.ConnectAsync(new("gone.test", 80), Token));

        Assert.StartsWith("host not found: gone.test", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(transient, thrown.Transient);
    }
}
