using System.Text.RegularExpressions;

namespace OrleansAsync.Tests.EndToEnd;

/// <summary>A silo process that serves.</summary>
internal sealed partial record RunningSilo(RunningProcess Process, string Address, int SiloPort, int GatewayPort, Uri Web) : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = RunningProcess.Patience };

    public static RunningSilo Parse(RunningProcess process, string line)
    {
        var match = ReadyLine().Match(line);
        Assert.True(match.Success, $"the ready line is '{line}'");
        return new(process, match.Groups[1].Value, int.Parse(match.Groups[2].ValueSpan, null), int.Parse(match.Groups[3].ValueSpan, null), new(match.Groups[4].Value));
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(Web, path), TestContext.Current.CancellationToken);

    /// <summary>Waits until the silo sees so many active members.</summary>
    public async Task WaitForMembersAsync(int count)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var start = TimeProvider.System.GetTimestamp(); ;)
        {
            using var response = await GetAsync("/health/ready");
            var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (answer == $"active; silos={count}") return;
            if (TimeProvider.System.GetElapsedTime(start) > RunningProcess.Patience)
                throw new TimeoutException($"Silo {Address} says '{answer}', not that it sees {count} members.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    [GeneratedRegex(@"^ready silo=(127\.0\.0\.1:(\d+)) gateway=127\.0\.0\.1:(\d+) dashboard=(http://localhost:\d+)$")]
    private static partial Regex ReadyLine();
}
