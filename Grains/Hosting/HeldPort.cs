using System.Net;
using System.Net.Sockets;

namespace OrleansAsync.Hosting;

/// <summary>
/// A TCP port, held from the moment it was chosen until the silo listens on it; dispose it then.
/// </summary>
/// <remarks>
/// Orleans listens with address and port reuse, so on Linux two silos would both take the same port without an error and share its
/// connections. Hence a given port is tried without reuse first. The socket held is bound but does not listen: the operating system
/// hands its port to nobody else who asks for any free one, and Orleans can listen beside it.
/// </remarks>
internal sealed class HeldPort : IDisposable
{
    private readonly Socket _holder;

    private HeldPort(Socket holder) => _holder = holder;

    /// <summary>Gets the port's number.</summary>
    public int Number => ((IPEndPoint)_holder.LocalEndPoint!).Port;

    /// <summary>Takes a port.</summary>
    /// <param name="address">The address to listen on: loopback, or any.</param>
    /// <param name="given">The port the user gave; <see langword="null"/> for any free one.</param>
    /// <param name="option">The option that gives it, for the error message.</param>
    /// <returns>The port.</returns>
    /// <exception cref="ProgramException">The given port is taken or may not be used.</exception>
    public static HeldPort Take(IPAddress address, int? given, string option)
    {
        try
        {
            if (given is { } port)
                Listen(address, port).Dispose();
            return new(Bind(address, given ?? 0));
        }
        catch (SocketException e)
        {
            throw Unusable(given ?? 0, option, e);
        }
    }

    /// <summary>Makes the error for a port that cannot be used.</summary>
    /// <param name="port">The port.</param>
    /// <param name="option">The option that gives it.</param>
    /// <param name="cause">What the operating system said.</param>
    /// <returns>The exception to throw.</returns>
    public static ProgramException Unusable(int port, string option, SocketException cause) => ProgramException.Input(
        cause.SocketErrorCode == SocketError.AddressAlreadyInUse
            ? $"port {port} is taken; give another with {option}, or leave {option} out and a free port is picked"
            : $"port {port} cannot be used: {cause.Message}; give another with {option}",
        cause);

    /// <summary>Listens on a port; fails when anybody else does.</summary>
    /// <param name="address">The address.</param>
    /// <param name="port">The port.</param>
    /// <returns>The listening socket.</returns>
    public static Socket Listen(IPAddress address, int port)
    {
        var socket = Bind(address, port);
        try
        {
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _holder.Dispose();

    private static Socket Bind(IPAddress address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
