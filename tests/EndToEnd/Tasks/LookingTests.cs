using System.Text.Json;
using OrleansAsync.Execution;
using OrleansAsync.Faults;
using OrleansAsync.Tasks;
using OrleansAsync.Tasks.Introspection;
using OrleansAsync.Tests.EndToEnd.Faults;

namespace OrleansAsync.Tests.EndToEnd.Tasks;

/// <summary>The commands that look into a running cluster, at a nested gather over three silo processes.</summary>
public sealed class LookingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_tree_of_a_nested_gather_over_three_silos_is_shown_and_cancelled()
    {
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local);
        await using var session = await cluster.ConnectAsync();
        var main = session.Loop.CreateTask(new Nested(1, 2, 3, cluster.JournalFolder, cluster.Gate), new TaskOptions { Name = "tree" });
        await cluster.WaitForAsync(JournalEvent.Started, 9);
        string[] branches = [.. Enumerable.Range(1, 3).Select(number => $"{main.Id}.{number}")];
        string[] expected = [main.Id, .. branches.SelectMany(branch => (string[])[branch, $"{branch}.1", $"{branch}.2", $"{branch}.3"])];
        string[] silos = [.. cluster.Silos.Select(silo => silo.Address).Order()];

        // Two at a time: more programs at once are slow to start on a small machine.
        var (tree, drawn) = (RunAsync(cluster, "pstree", "--format", "json"), RunAsync(cluster, "pstree"));

        // The true tree, with silo, loop, state and age.
        var tasks = Lines(await tree);
        Assert.Equal(expected, tasks.Select(task => Text(task, "id")));
        Assert.Equal([0, .. Enumerable.Repeat<int[]>([1, 2, 2, 2], 3).SelectMany(depths => depths)], tasks.Select(task => task.GetProperty("depth").GetInt32()));
        Assert.Equal([null, .. expected[1..].Select(id => id[..id.LastIndexOf('.')])], tasks.Select(task => Text(task, "parent")));
        Assert.Equal(silos, tasks.Select(task => Text(task, "silo")!).Distinct().Order());
        foreach (var task in tasks)
        {
            Assert.StartsWith($"{Text(task, "silo")}@", Text(task, "loop"), StringComparison.Ordinal);
            Assert.Equal(("running", "oa.faults.nested", 0), (Text(task, "state"), Text(task, "coroutine"), task.GetProperty("attempt").GetInt32()));
            Assert.InRange(task.GetProperty("age_ms").GetDouble(), 0.1, RunningProcess.Patience.TotalMilliseconds);
            var wait = Assert.Single(task.GetProperty("waits").EnumerateArray());
            var id = Text(task, "id")!;
            var isLeaf = task.GetProperty("depth").GetInt32() == 2;
            Assert.Equal(isLeaf ? "other" : "gather", Text(wait, "kind"));
            Assert.Equal(isLeaf ? [] : [$"{id}.1", $"{id}.2", $"{id}.3"], wait.GetProperty("tasks").EnumerateArray().Select(awaited => awaited.GetString()));
        }
        Assert.Equal("tree", Text(tasks[0], "name"));

        var picture = (await drawn).Out;
        output.WriteLine(picture);
        var lines = picture.TrimEnd().Split('\n');
        string[] branch = ["├─ ", "│  ├─ ", "│  ├─ ", "│  └─ "];
        string[] indents = ["", .. branch, .. branch, "└─ ", "   ├─ ", "   ├─ ", "   └─ "];
        Assert.Equal(expected.Length, lines.Length);
        foreach (var (at, line) in lines.Index())
        {
            Assert.StartsWith($"{indents[at]}{expected[at]} ", line, StringComparison.Ordinal);
            Assert.Matches(@" \(oa\.faults\.nested\) running on 127\.0\.0\.1:\d+/\d+ for [\d.]+ (ms|s), waits: (gather of 3|an operation)$", line);
        }

        // The same tasks as a list, and their loops.
        var (list, loops) = (RunAsync(cluster, "ps", "--all", "--format", "json"), RunAsync(cluster, "loop", "list", "--format", "json"));
        var listed = Lines(await list);
        Assert.Equal(expected.Order(), listed.Select(task => Text(task, "id")!).Order());
        Assert.Equal(["id", "parent", "name", "coroutine", "state", "loop", "silo", "age_ms", "attempt"], listed[0].EnumerateObject().Select(property => property.Name));

        var known = Lines(await loops);
        Assert.Equal(13, known.Sum(loop => loop.GetProperty("live").GetInt32()));
        Assert.Equal(silos, known.Select(loop => Text(loop, "silo")!).Distinct().Order());
        var (top, watch) = (
            RunAsync(cluster, "top", "--count", "2", "--interval", "200ms", "--format", "json"), RunAsync(cluster, "loop", "watch", $"{Text(known[0], "silo")}/0", "--count", "1", "--format", "json"));
        var snapshots = Lines(await top);
        Assert.Equal(2, snapshots.Length);
        Assert.All(snapshots, snapshot => Assert.Equal((3, 13L), (snapshot.GetProperty("silos").GetInt32(), snapshot.GetProperty("live").GetInt64())));

        Assert.Equal(Text(known[0], "loop"), Text(Assert.Single(Lines(await watch)), "loop"));

        // The tasks around one, one that there is not, and the end of all.
        var (around, unknown) = (RunAsync(cluster, "pstree", branches[1], "--format", "json"), cluster.StartCommand("cancel", "c0ffee.7").WaitForExitAsync());
        Assert.Equal([main.Id, .. expected.Where(id => id.StartsWith(branches[1], StringComparison.Ordinal))], Lines(await around).Select(task => Text(task, "id")));
        var refusal = await unknown;
        Assert.Equal((1, "", "oa: there is no live task c0ffee.7; see oa ps\n"), (refusal.ExitCode, refusal.Out, refusal.Error));

        var cancelled = await RunAsync(cluster, "cancel", main.Id, "--message", "enough");
        Assert.Equal($"{main.Id} has ended\n", cancelled.Out);
        var error = await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => main.AsTask().WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken));
        Assert.Equal("enough", error.CancelMessage);
        await foreach (var task in session.Loop.AllTasksAsync(main.Id, cancellationToken: TestContext.Current.CancellationToken)) Assert.Fail($"{task.Id} is left");
    }

    [Theory]
    [InlineData("ps")]
    [InlineData("pstree")]
    [InlineData("top")]
    [InlineData("cancel", "c1.2")]
    [InlineData("loop", "list")]
    public async Task An_embedded_cluster_is_nothing_to_look_into(params string[] args)
    {
        using var folder = new TemporaryFolder();
        var run = await Processes.RunClientAsync(folder, args);
        Assert.Equal((2, "", $"oa: {args[0]}{(args[0] == "loop" ? " list" : "")} looks into a running cluster; give --cluster local or --cluster @FILE\n"), (run.ExitCode, run.Out, run.Error));
    }

    private static async Task<ProcessResult> RunAsync(FaultCluster cluster, params string[] args)
    {
        var run = await cluster.StartCommand(args).WaitForExitAsync();
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }

    private static JsonElement[] Lines(ProcessResult run) => [.. run.Out.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();
}
