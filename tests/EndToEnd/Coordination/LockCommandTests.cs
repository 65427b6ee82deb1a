using System.Text.Json;
using OrleansAsync.Coordination;
using OrleansAsync.Tests.EndToEnd.Faults;

namespace OrleansAsync.Tests.EndToEnd.Coordination;

/// <summary><c>oa lock</c> and <c>oa bench primitives</c> at silo processes.</summary>
public sealed class LockCommandTests
{
    [Fact]
    public async Task Locks_are_listed_shown_and_deleted()
    {
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local, silos: 1);
        await using var session = await cluster.ConnectAsync();
        var (held, permits) = (session.Loop.Lock("ledger"), session.Loop.Semaphore("api", permits: 3));
        var lease = await held.AcquireAsync(TestContext.Current.CancellationToken);
        var waiting = held.AcquireAsync(TestContext.Current.CancellationToken);
        Assert.True(await held.LockedAsync(TestContext.Current.CancellationToken));
        await permits.AcquireAsync(TestContext.Current.CancellationToken);

        var (list, show) = (RunAsync(cluster, "lock", "list", "--format", "json"), RunAsync(cluster, "lock", "show", "ledger"));
        var lines = (await list).Out.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["lock ledger 1 1", "semaphore api 1 0"], lines.Select(line => $"{line.GetProperty("kind")} {line.GetProperty("name")} {line.GetProperty("holders")} {line.GetProperty("waiters")}"));
        Assert.Equal(["name", "kind", "holders", "waiters", "figures", "recovering", "silo"], lines[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(2, lines[1].GetProperty("figures").GetProperty("free").GetInt32());
        var text = (await show).Out;
        Assert.Contains($" holds slot 0 with fencing number {lease.FencingNumber} for ", text, StringComparison.Ordinal);
        Assert.Contains(" waits for ", text, StringComparison.Ordinal);

        var (deleted, unknown, bench) = (
            RunAsync(cluster, "lock", "delete", "ledger"), cluster.StartCommand("lock", "show", "none").WaitForExitAsync(),
            RunAsync(cluster, "bench", "primitives", "--count", "200", "--repeat", "1", "--format", "json"));
        Assert.Equal("lock ledger is deleted\n", (await deleted).Out);
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting.WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken));
        await Task.Delay(Timeout.Infinite, lease.LeaseLost).WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken).ContinueWith(
            ended => Assert.True(ended.IsCanceled), TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        var refusal = await unknown;
        Assert.Equal((1, "", "oa: there is no lock, semaphore, event or barrier none; see oa lock list\n"), (refusal.ExitCode, refusal.Out, refusal.Error));
        var measured = (await bench).Out.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(6 + 8, measured.Length);
        Assert.All(measured, line => Assert.True(line.GetProperty("per_second").GetDouble() > 0));
        Assert.Equal(["cluster", "local"], measured.Select(line => line.GetProperty("form").GetString()).Distinct().Order());
    }

    private static async Task<ProcessResult> RunAsync(FaultCluster cluster, params string[] args)
    {
        var run = await cluster.StartCommand(args).WaitForExitAsync();
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }
}
