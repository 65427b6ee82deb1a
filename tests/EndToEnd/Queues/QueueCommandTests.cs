using System.Text.Json;
using OrleansAsync.Queues;
using OrleansAsync.Tests.EndToEnd.Faults;

namespace OrleansAsync.Tests.EndToEnd.Queues;

/// <summary><c>oa queue</c> at queues of silo processes.</summary>
public sealed class QueueCommandTests
{
    [Fact]
    public async Task Queues_are_listed_shown_and_deleted()
    {
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local, silos: 2);
        await using var session = await cluster.ConnectAsync();
        var jobs = session.Loop.Queue<string>("jobs", maxSize: 3);
        var urgent = session.Loop.PriorityQueue<int>("urgent jobs", options: new QueueOptions { Durable = true });
        await jobs.PutManyAsync(["a", "b", "c"], TestContext.Current.CancellationToken);
        await urgent.PutManyAsync([2, 1], TestContext.Current.CancellationToken);
        await jobs.GetAsync(TestContext.Current.CancellationToken);
        var waiting = jobs.PutManyAsync(["d", "e"], TestContext.Current.CancellationToken);
        await jobs.CountAsync(TestContext.Current.CancellationToken);

        var (list, show) = (RunAsync(cluster, "queue", "list", "--format", "json"), RunAsync(cluster, "queue", "show", "jobs"));
        var lines = (await list).Out.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["jobs", "urgent jobs"], lines.Select(line => line.GetProperty("name").GetString()));
        Assert.Equal(["queue", "priority queue"], lines.Select(line => line.GetProperty("kind").GetString()));
        Assert.Equal(
            ["name", "kind", "depth", "max_size", "unfinished", "consumers", "waiters", "shut_down", "silo"], lines[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal((3, 3, 4, 1, 1), (Number("depth"), Number("max_size"), Number("unfinished"), Number("consumers"), Number("waiters")));
        Assert.Equal(JsonValueKind.Null, lines[1].GetProperty("max_size").ValueKind);
        Assert.Contains(lines[0].GetProperty("silo").GetString(), cluster.Silos.Select(silo => silo.Address));
        var text = (await show).Out;
        Assert.Contains(" has items that are not done for ", text, StringComparison.Ordinal);
        Assert.Contains(" waits for ", text, StringComparison.Ordinal);

        var (deleted, unknown) = (RunAsync(cluster, "queue", "delete", "jobs"), cluster.StartCommand("queue", "show", "none").WaitForExitAsync());
        Assert.Equal("queue jobs is deleted\n", (await deleted).Out);
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting.WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken));
        var refusal = await unknown;
        Assert.Equal((1, "", "oa: there is no queue none; see oa queue list\n"), (refusal.ExitCode, refusal.Out, refusal.Error));
        Assert.Equal(0, await session.Loop.Queue<string>("jobs").CountAsync(TestContext.Current.CancellationToken));

        int Number(string property) => lines[0].GetProperty(property).GetInt32();
    }

    private static async Task<ProcessResult> RunAsync(FaultCluster cluster, params string[] args)
    {
        var run = await cluster.StartCommand(args).WaitForExitAsync();
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }
}
