using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansAsync.Scenarios;

/// <summary>The server that some snippets ask: on loopback, it answers <c>/delay/SECONDS</c> with 200 after that time.</summary>
internal sealed class DelayServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public DelayServer()
    {
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
            var path = (await reader.ReadLineAsync(_closing.Token))!.Split(' ')[1];
            while (await reader.ReadLineAsync(_closing.Token) is { Length: > 0 })
            {
                // the headers of the request say nothing that is needed
            }
            await Task.Delay(TimeSpan.FromSeconds(double.Parse(path["/delay/".Length..], CultureInfo.InvariantCulture)), _closing.Token);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"), _closing.Token);
        }
    }
}
