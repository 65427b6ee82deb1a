using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>What permits guard: it serves one line after the other, refuses numbers that are not the highest of their slot, and notes what it sees.</summary>
internal sealed class FencedResource : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _gate = new();
    private readonly Dictionary<long, (long Fence, string Holder, long Since)> _slots = [];
    private readonly Dictionary<long, int> _worked = [];
    private readonly Dictionary<long, int> _done = [];
    private readonly List<string> _violations = [];
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    public FencedResource()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How often somebody has entered.</summary>
    public int Entered { get; private set; }

    /// <summary>How often somebody was refused who came with an old number.</summary>
    public int Refused { get; private set; }

    /// <summary>The longest that a slot went unused after its holder had died or lost it.</summary>
    public TimeSpan LongestGap { get; private set; }

    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_gate) return [.. _violations];
        }
    }

    /// <summary>How often items were worked on, and how often they were told to be done.</summary>
    public (Dictionary<long, int> Worked, Dictionary<long, int> Done) Items
    {
        get
        {
            lock (_gate) return (new(_worked), new(_done));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // stopped
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream());
                await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
                while (await reader.ReadLineAsync() is { } line) await writer.WriteLineAsync(Serve(line));
            }
            catch (IOException)
            {
                // killed
            }
        }
    }

    private string Serve(string line)
    {
        lock (_gate)
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "work":
                    Count(_worked, words[1]);
                    return "ok";
                case "done":
                    Count(_done, words[1]);
                    return "ok";
                case "enter" or "leave":
                    return Use(words[0] == "enter", Number(words[1]), Number(words[2]), words[3]);
                default:
                    _violations.Add(line);
                    return "noted";
            }
        }
    }

    private string Use(bool enters, long slot, long fence, string process)
    {
        var last = _slots.GetValueOrDefault(slot);
        if (fence < last.Fence || (!enters && last.Holder != process))
        {
            Refused++;
            return "refused";
        }
        if (enters)
        {
            if (fence == last.Fence) _violations.Add($"number {fence} of slot {slot} was given to {last.Holder} and to {process}");
            if (last.Holder is not null) LongestGap = TimeSpan.FromTicks(Math.Max(LongestGap.Ticks, TimeProvider.System.GetElapsedTime(last.Since).Ticks));
            Entered++;
        }
        _slots[slot] = (fence, enters ? process : null!, TimeProvider.System.GetTimestamp());
        return "ok";
    }

    private static void Count(Dictionary<long, int> counts, string item) => counts[Number(item)] = counts.GetValueOrDefault(Number(item)) + 1;

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
