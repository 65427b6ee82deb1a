using System.Text.Json;
using OrleansAsync.Execution;
using OrleansAsync.Faults;
using OrleansAsync.Tasks;
using OrleansAsync.Tests.EndToEnd.Faults;

namespace OrleansAsync.Tests.EndToEnd.Tasks;

/// <summary><c>oa loop watch</c> at two silo processes.</summary>
public sealed class LoopWatchTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Turns_are_shown_as_they_come_of_all_loops_and_of_one()
    {
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local, silos: 2);
        await using var session = await cluster.ConnectAsync();
        var known = Lines(await cluster.StartCommand("loop", "list", "--format", "json").WaitForExitAsync());
        var (loop, name) = (Text(known[0], "loop"), Text(known[0], "short_name"));

        // Two tasks for each loop, of two turns each.
        var tasks = 2 * known.Length;
        var all = cluster.StartCommand("loop", "watch", "--turns", "--count", $"{2 * tasks}", "--format", "json");
        // One after the other: programs that start at once are slow on a small machine.
        await all.WaitForLineAsync($"tracing {known.Length} loop(s)");
        var one = cluster.StartCommand("loop", "watch", name, "--turns", "--count", "4");
        await one.WaitForLineAsync("tracing 1 loop(s)");
        ClusterTask<long>[] started = [.. Enumerable.Range(1, tasks).Select(number => session.Loop.CreateTask(new Work(number) { Nap = TimeSpan.FromMilliseconds(50) }, new TaskOptions { Name = $"nap {number}" }))];
        foreach (var task in started) await task.AsTask().WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken);

        var run = await all.WaitForExitAsync();
        Assert.Equal(0, run.ExitCode);
        var turns = Lines(run);
        Assert.Equal(["number", "loop", "silo", "at", "elapsed_ms", "task", "name", "coroutine", "end", "awaits"], turns[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(turns.Select(turn => turn.GetProperty("at").GetDateTimeOffset()).Order(), turns.Select(turn => turn.GetProperty("at").GetDateTimeOffset()));
        Assert.Equal(known.Select(each => Text(each, "loop")).Order(), turns.Select(turn => Text(turn, "loop")).Distinct().Order());
        foreach (var (at, task) in started.Index())
        {
            var own = turns.Where(turn => Text(turn, "task") == task.Id).ToArray();
            Assert.Equal(["awaits", "done"], own.Select(turn => Text(turn, "end")));
            Assert.All(own, turn => Assert.Equal(($"nap {at + 1}", "oa.faults.work"), (Text(turn, "name"), Text(turn, "coroutine"))));
            Assert.All(own, turn => Assert.InRange(turn.GetProperty("elapsed_ms").GetDouble(), 0.0005, RunningProcess.Patience.TotalMilliseconds));
            var sleep = Assert.Single(own[0].GetProperty("awaits").EnumerateArray());
            Assert.Equal("sleep", Text(sleep, "kind"));
            Assert.InRange(sleep.GetProperty("left_ms").GetDouble(), 0, 50.001);
        }

        var drawn = await one.WaitForExitAsync();
        output.WriteLine(drawn.Out);
        Assert.Equal(0, drawn.ExitCode);
        var lines = drawn.Out.TrimEnd().Split('\n');
        Assert.Matches("^    TURN  BEGAN  +RAN  LOOP  +TASK  +NAME  +THEN$", lines[0]);
        Assert.Equal(5, lines.Length);
        Assert.All(lines[1..], line => Assert.Matches($@"^ +\d+  \d\d:\d\d:\d\d\.\d{{6}} +[\d.]+ ms  {name} +c\w+\.\d+ +nap \d+ \(oa\.faults\.work\) +(awaits sleep \d+ ms|done)$", line));

        // The counts, as before, and now what is behind them.
        var watched = Assert.Single(Lines(await cluster.StartCommand("loop", "watch", name, "--count", "1", "--format", "json").WaitForExitAsync()));
        Assert.Equal((loop, 0), (Text(watched, "loop"), watched.GetProperty("live").GetInt32()));
        Assert.Equal(
            ["ready_count", "ready", "waiting_count", "waiting", "timer_count", "timers", "turns"], watched.GetProperty("details").EnumerateObject().Select(property => property.Name));
    }

    [Theory]
    [InlineData(2, "oa: loop watch needs the ID of a loop; see oa loop list. Only --turns does without one\n")]
    [InlineData(1, "oa: there is no loop nowhere/7 that answers; see oa loop list\n", "nowhere/7")]
    [InlineData(1, "oa: there is no loop nowhere/7 that answers; see oa loop list\n", "nowhere/7", "--turns")]
    public async Task A_loop_that_is_not_there_is_one_line(int exitCode, string error, params string[] args)
    {
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local, silos: 1);
        var run = await cluster.StartCommand(["loop", "watch", .. args, "--format", "json"]).WaitForExitAsync();
        Assert.Equal((exitCode, "", error), (run.ExitCode, run.Out, run.Error));
    }

    private static JsonElement[] Lines(ProcessResult run) => [.. run.Out.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
