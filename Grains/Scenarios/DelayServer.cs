using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansAsync.Scenarios;

/// <summary>The server that some snippets ask: on loopback, it answers <c>/delay/SECONDS</c> with 200 after that time, and <c>/status/NUMBER</c> with that status.</summary>
internal sealed class DelayServer : IAsyncDisposable
{
    // Of a network: an answer comes a little later than its server is slow. CPython's came 2 ms after a timer that was due with it.
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(25);

    private readonly CancellationTokenSource _closing = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;
    private readonly double _timeScale;

    /// <param name="timeScale">How many times as long each delay is.</param>
    public DelayServer(double timeScale = 1)
    {
        _timeScale = timeScale;
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public string Url => $"http://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _serving;
        _listener.Dispose();
        _closing.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> answers = [];
        try
        {
            while (true) answers.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(answers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
            var path = (await reader.ReadLineAsync(_closing.Token))!.Split(' ')[1].Split('/');
            while (await reader.ReadLineAsync(_closing.Token) is { Length: > 0 })
            {
                // the headers of the request say nothing that is needed
            }
            var number = double.Parse(path[2], CultureInfo.InvariantCulture);
            if (path[1] == "delay") await Task.Delay(TimeSpan.FromSeconds(number * _timeScale) + Latency, _closing.Token);
            var status = path[1] == "status" ? (HttpStatusCode)number : HttpStatusCode.OK;
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {(int)status} {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"), _closing.Token);
        }
    }
}
