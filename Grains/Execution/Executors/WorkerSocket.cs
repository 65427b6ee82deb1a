using System.Buffers.Binary;
using System.Net.Sockets;

namespace OrleansAsync.Execution.Executors;

/// <summary>The connection of a silo and a child process: messages with their length before them. It is neither stdin nor stdout, where users' code may write.</summary>
internal sealed class WorkerSocket(Socket socket) : IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public void Send(byte[] message)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, message.Length);
        _stream.Write(length);
        _stream.Write(message);
    }

    /// <summary>Waits for a message.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    public byte[] Receive()
    {
        var length = new byte[sizeof(int)];
        _stream.ReadExactly(length);
        var message = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        _stream.ReadExactly(message);
        return message;
    }

    public void Dispose() => _stream.Dispose();
}
