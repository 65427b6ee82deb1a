using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace OrleansAsync.Hosting;

/// <summary>
/// The socket of dashboard and health endpoints: opened before the silo starts and handed to the web server, so that of several silos
/// starting at once each gets a port of its own. Loopback only: the dashboard has no authentication.
/// </summary>
internal sealed class WebListener : IDisposable
{
    private const int DefaultPort = 8080;

    private readonly Socket _socket;

    private WebListener(Socket socket) => _socket = socket;

    /// <summary>Gets the port.</summary>
    public int Port { get; private init; }

    /// <summary>Listens on the given port, or on the first free one from 8080.</summary>
    /// <param name="given">The port the user gave, if any.</param>
    /// <returns>The listener.</returns>
    /// <exception cref="ProgramException">The given port is taken, or a hundred from 8080 are.</exception>
    public static WebListener Open(int? given)
    {
        for (var port = given ?? DefaultPort; ; port++)
        {
            try
            {
                return new(HeldPort.Listen(IPAddress.Loopback, port)) { Port = port };
            }
            catch (SocketException e)
            {
                if (given is not null || e.SocketErrorCode != SocketError.AddressAlreadyInUse || port == DefaultPort + 100)
                    throw HeldPort.Unusable(port, "--dashboard-port", e);
            }
        }
    }

    /// <summary>Makes the web server use the socket.</summary>
    /// <param name="host">The web host.</param>
    public void Configure(IWebHostBuilder host) => host
        .UseKestrelCore()
        .ConfigureKestrel(server => server.Listen(IPAddress.Loopback, Port))
        .ConfigureServices(services => services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = _ => _socket));

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
