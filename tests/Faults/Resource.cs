using System.Net;
using System.Net.Sockets;
using OrleansAsync.Coordination;

namespace OrleansAsync.Faults;

/// <summary>A connection to the resource that a test guards: a line each way.</summary>
internal sealed class Resource : IDisposable
{
    private readonly TcpClient _client = new();
    private StreamReader _reader = null!;
    private StreamWriter _writer = null!;

    public static async Task<Resource> ConnectAsync(int port)
    {
        var resource = new Resource();
        await resource._client.ConnectAsync(IPAddress.Loopback, port);
        resource._reader = new StreamReader(resource._client.GetStream());
        resource._writer = new StreamWriter(resource._client.GetStream()) { AutoFlush = true };
        return resource;
    }

    public async Task<string> SayAsync(string line)
    {
        await _writer.WriteLineAsync(line);
        return await _reader.ReadLineAsync() ?? throw new IOException("The resource is gone.");
    }

    /// <summary>Says something with a hold's fencing number. To be refused is right only for who has lost the hold, or is about to notice that.</summary>
    public async Task SayAsync(string what, Lease lease)
    {
        if (await SayAsync(FormattableString.Invariant($"{what} {lease.Slot} {lease.FencingNumber} {Environment.ProcessId}")) == "ok") return;
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(30), lease.LeaseLost);
            await SayAsync(FormattableString.Invariant($"violation: {what} of slot {lease.Slot} with number {lease.FencingNumber} was refused, and the lease was not lost"));
        }
        catch (OperationCanceledException)
        {
            // lost
        }
    }

    public void Dispose() => _client.Dispose();
}
