using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>
/// A server that can lie: whoever answers writes the bytes. It has a loopback address of its own, since politeness goes by host name, and remembers who asked for what.
/// </summary>
internal sealed class RawSite : IAsyncDisposable
{
    private static int _addresses;

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, Func<Exchange, Task>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Exchange> _exchanges = [];
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _open;
    private int _peak;

    public RawSite(IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? NextAddress(), 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Authority => $"{((IPEndPoint)_listener.LocalEndpoint).Address}:{Port}";

    public string Origin => $"http://{Authority}";

    /// <summary>All requests, in the order they came.</summary>
    public IEnumerable<Exchange> Exchanges => _exchanges;

    /// <summary>How many requests were being answered at a time, at most.</summary>
    public int PeakOpen => _peak;

    public string Url(string path) => Origin + path;

    /// <summary>How often a path was requested, whatever the query.</summary>
    public int Count(string path) => _counts.GetValueOrDefault(path);

    /// <summary>Bytes written in answers to requests for a path.</summary>
    public long Sent(string path) => _exchanges.Where(exchange => exchange.Path == path).Sum(static exchange => exchange.Sent);

    /// <summary>Answers requests for a path; to be said before the first request.</summary>
    public RawSite On(string path, Func<Exchange, Task> answer)
    {
        _answers.Add(path, answer);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private static IPAddress NextAddress()
    {
        var number = Interlocked.Increment(ref _addresses);
        return IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.44.{number / 250}.{(number % 250) + 1}"));
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
                // Little is on its way at a time, so that what was sent tells what was taken.
                socket.SendBufferSize = 64 * 1024;
                Exchange? exchange;
                do
                {
                    if (await ReadHeadAsync(socket) is not { } head) return;
                    exchange = new Exchange(socket, head, Leave, _stopping.Token);
                    await AnswerAsync(exchange);
                }
                while (exchange.KeepsOpen);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client had enough.
            }
        }
    }

    private async Task AnswerAsync(Exchange exchange)
    {
        exchange.Number = _counts.AddOrUpdate(exchange.Path, 1, static (_, count) => count + 1);
        _exchanges.Enqueue(exchange);
        var open = Interlocked.Increment(ref _open);
        for (var peak = _peak; open > peak && Interlocked.CompareExchange(ref _peak, open, peak) != peak; peak = _peak) { }
        try
        {
            if (_answers.TryGetValue(exchange.Path, out var answer)) await answer(exchange);
            else if (exchange.Path.EndsWith("/child", StringComparison.Ordinal)) await exchange.PageAsync("<!doctype html><title>child</title>");
            else await exchange.ReplyAsync(404, []);
        }
        finally
        {
            exchange.End();
        }
    }

    private void Leave() => Interlocked.Decrement(ref _open);

    private async Task<string?> ReadHeadAsync(Socket socket)
    {
        var head = new StringBuilder();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer, _stopping.Token);
            if (count == 0) return null;
            head.Append(Encoding.Latin1.GetString(buffer, 0, count));
            // A TLS handshake has no lines.
            if (head[0] == '\u0016') return "TLS /tls -";
            if (head.Length >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n') return head.ToString();
        }
    }
}
