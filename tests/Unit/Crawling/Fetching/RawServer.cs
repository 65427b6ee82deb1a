using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Unit.Crawling;

/// <summary>A server that answers each connection once, with whatever bytes the test writes: for answers no sane server would give.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<RawExchange, Task> _answer;
    private readonly Task _accepting;

    public RawServer(Func<RawExchange, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Answers with this text, then closes.</summary>
    public RawServer(string answer) : this(exchange => exchange.SendAsync(answer))
    {
    }

    public ConcurrentQueue<string> Heads { get; } = [];

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public CrawlUrl Url => CrawlUrl.Parse($"http://127.0.0.1:{Port}/");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stopping.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var head = new StringBuilder();
                var buffer = new byte[4096];
                while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    var count = await socket.ReceiveAsync(buffer, _stopping.Token);
                    if (count == 0) return;
                    head.Append(Encoding.Latin1.GetString(buffer, 0, count));
                }

                Heads.Enqueue(head.ToString());
                await _answer(new RawExchange(socket, head.ToString(), _stopping.Token));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
            }
        }
    }
}

/// <summary>One request to a <see cref="RawServer"/>.</summary>
internal sealed record RawExchange(Socket Socket, string Head, CancellationToken Stopping)
{
    public string Target => Head.Split(' ')[1];

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[await Socket.SendAsync(bytes, Stopping)..];
    }

    /// <summary>Never answers; ends with the server or the client's leaving.</summary>
    public async Task HangAsync() => await Socket.ReceiveAsync(new byte[1], Stopping);

    /// <summary>Closes so that the client sees a reset.</summary>
    public void Reset() => Socket.Close(0);
}
