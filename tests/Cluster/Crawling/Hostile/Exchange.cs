using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace OrleansAsync.Tests.Cluster.Crawling;

/// <summary>One request to a <see cref="RawSite"/>, and the means to answer it, rightly or not.</summary>
internal sealed class Exchange(Socket socket, string head, Action ended, CancellationToken stopping)
{
    private static readonly TimeSpan DripPeriod = TimeSpan.FromMilliseconds(20);

    private Action? _ended = ended;

    public string Head { get; } = head;

    public string Target { get; } = head.Split(' ')[1];

    /// <summary>The target without its query.</summary>
    public string Path { get; } = head.Split(' ')[1].Split('?')[0];

    /// <summary>Host and port, as the client knows them.</summary>
    public string Host { get; } = head.Split("\r\n").FirstOrDefault(static line => line.StartsWith("Host: ", StringComparison.OrdinalIgnoreCase))?["Host: ".Length..] ?? "";

    /// <summary>The how-manieth request for this path it is, from 1 on.</summary>
    public int Number { get; set; }

    public long Started { get; } = TimeProvider.System.GetTimestamp();

    /// <summary>Bytes written so far.</summary>
    public long Sent { get; private set; }

    /// <summary>The connection serves the next request too.</summary>
    public bool KeepsOpen { get; set; }

    /// <summary>A page that only this one links to.</summary>
    public string Child => Path.TrimEnd('/') + "/child";

    public string Link => $"<a href=\"{Child}\">child</a>";

    /// <summary>Writes bytes, one for each character.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = await socket.SendAsync(bytes, stopping);
            Sent += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>An answer without fault.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">Further headers, each with its line end.</param>
    public Task ReplyAsync(int status, byte[] body, string headers = "")
    {
        KeepsOpen = true;
        // The client may have the last byte before this does anything more.
        End();
        var top = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} -\r\nContent-Length: {body.Length}\r\n{headers}\r\n");
        return SendAsync((byte[])[.. Encoding.Latin1.GetBytes(top), .. body]);
    }

    /// <summary>A page without fault.</summary>
    public Task PageAsync(string html, string type = "text/html; charset=utf-8") => PageAsync(Encoding.UTF8.GetBytes(html), type);

    /// <summary>A page in any encoding.</summary>
    public Task PageAsync(byte[] html, string type) => ReplyAsync(200, html, $"Content-Type: {type}\r\n");

    public Task RedirectAsync(string location) => ReplyAsync(302, [], $"Location: {location}\r\n");

    /// <summary>Begins an answer with a page whose framing is up to the trap.</summary>
    /// <param name="headers">Further headers, each with its line end.</param>
    public Task BeginPageAsync(string headers) => SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{headers}\r\n");

    /// <summary>Says nothing more until the client leaves.</summary>
    public async Task HangAsync() => await socket.ReceiveAsync(new byte[1], stopping);

    /// <summary>Says the same until the client leaves, as fast as it is taken.</summary>
    public async Task FloodAsync(ReadOnlyMemory<byte> piece)
    {
        while (true) await SendAsync(piece);
    }

    /// <summary>Says the same until the client leaves, as fast as it is taken.</summary>
    public Task FloodAsync(string piece) => FloodAsync(Encoding.Latin1.GetBytes(piece));

    /// <summary>Says the same until the client leaves, slowly.</summary>
    public async Task DripAsync(ReadOnlyMemory<byte> piece)
    {
        using var timer = new PeriodicTimer(DripPeriod);
        do await SendAsync(piece);
        while (await timer.WaitForNextTickAsync(stopping));
    }

    /// <summary>Says the same until the client leaves, slowly.</summary>
    public Task DripAsync(string piece) => DripAsync(Encoding.Latin1.GetBytes(piece));

    /// <summary>Closes so that the client sees a reset.</summary>
    public void Reset() => socket.Close(0);

    /// <summary>The request counts as answered.</summary>
    public void End() => Interlocked.Exchange(ref _ended, null)?.Invoke();
}
