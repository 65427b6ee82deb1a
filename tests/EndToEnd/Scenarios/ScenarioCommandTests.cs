using System.Text.Json;
using OrleansAsync.Scenarios;
using OrleansAsync.Tests.EndToEnd.Faults;

namespace OrleansAsync.Tests.EndToEnd.Scenarios;

/// <summary><c>oa scenario</c>, by itself: whether delays pass side by side is seen by the clock.</summary>
[Collection(nameof(ScenarioCommandTests)), CollectionDefinition(nameof(ScenarioCommandTests), DisableParallelization = true)]
public sealed class ScenarioCommandTests
{
    [Fact]
    public async Task All_print_on_embedded_silos_what_CPython_printed()
    {
        using var folder = new TemporaryFolder();
        AssertPassed(await Processes.RunClientAsync(folder, "scenario", "run", "all", "--format", "json"));
    }

    [Theory, EveryCluster(IsSampled = true)]
    public async Task They_print_on_three_silo_processes_what_CPython_printed(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind);
        AssertPassed(await cluster.StartCommand("scenario", "run", "all", "--format", "json").WaitForExitAsync());
        // Nothing is left of what they printed.
        Assert.Equal("", (await cluster.StartCommand("queue", "list", "--format", "json").WaitForExitAsync()).Out);
    }

    [Fact]
    public async Task The_others_print_on_embedded_silos_what_CPython_printed()
    {
        using var folder = new TemporaryFolder();
        AssertPassed(await Processes.RunClientAsync(folder, "scenario", "run", "extra", "--silos", "3", "--format", "json"), ScenarioCatalog.Extra.Count);
    }

    [Fact]
    public async Task The_others_print_on_three_silo_processes_what_CPython_printed()
    {
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local);
        AssertPassed(await cluster.StartCommand("scenario", "run", "extra", "--format", "json").WaitForExitAsync(), ScenarioCatalog.Extra.Count);
        Assert.Equal("", (await cluster.StartCommand("queue", "list", "--format", "json").WaitForExitAsync()).Out);
    }

    [Fact]
    public async Task Each_line_comes_once_though_a_silo_is_lost()
    {
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local);
        var run = cluster.StartCommand("scenario", "run", "13", "--time-scale", "8", "--format", "json");
        // Its three fetches are under way.
        while ((await LinesAsync(cluster, "ps")).Count(line => line.Contains("fetch-url", StringComparison.Ordinal)) < 3) await Task.Delay(50, TestContext.Current.CancellationToken);
        await cluster.Silos[1].Process.KillAsync();
        var result = JsonDocument.Parse((await run.WaitForExitAsync()).Out).RootElement;
        Assert.Equal(
            ["Content from https://example.com/page1", "Content from https://example.com/page2", "Content from https://example.com/page3"],
            result.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!).Skip(3));
        Assert.Equal(3, result.GetProperty("lines").EnumerateArray().Take(3).Select(line => line.GetString()).Distinct().Count());
    }

    [Fact]
    public async Task One_is_listed_shown_and_run_for_people()
    {
        using var folder = new TemporaryFolder();
        var list = await Processes.RunClientAsync(folder, "scenario", "list");
        Assert.Equal(ScenarioCatalog.All.Select(scenario => scenario.Name), list.Out.TrimEnd().Split('\n').Select(line => line.Split(' ')[0]));
        var show = await Processes.RunClientAsync(folder, "scenario", "show", "06-gather");
        Assert.All(
            ["06-gather: asyncio.gather(): Coordinating Multiple Coroutines", "async def fetch(url):", "internal sealed record Fetch(", "  1.085  ['Data from api1.com', 'Data from api2.com', 'Data from api3.com']"],
            part => Assert.Contains(part, show.Out, StringComparison.Ordinal));
        var run = await Processes.RunClientAsync(folder, "scenario", "run", "06-gather", "--time-scale", "0.5");
        Assert.Equal((0, "['Data from api1.com', 'Data from api2.com', 'Data from api3.com']\n"), (run.ExitCode, run.Out));
        Assert.Contains("06-gather                              passed ", run.Error, StringComparison.Ordinal);
        // What the product reports reaches the scenario however quiet the log is.
        Assert.Equal(0, (await Processes.RunClientAsync(folder, "scenario", "run", "01", "14", "--verbosity", "quiet")).ExitCode);
    }

    [Theory]
    [InlineData("oa: there is no scenario gather; see oa scenario list, or run all, the snippets, or extra, the others", "scenario", "run", "gather")]
    [InlineData("oa: there is no scenario 39; see oa scenario list, or run all, the snippets, or extra, the others", "scenario", "show", "39")]
    [InlineData("oa: '0' is no factor for --time-scale; give a number from 0.01 to 100; see oa scenario run --help", "scenario", "run", "all", "--time-scale", "0")]
    public async Task Bad_input_gets_one_line(string line, params string[] args)
    {
        using var folder = new TemporaryFolder();
        var run = await Processes.RunClientAsync(folder, args);
        Assert.Equal((2, "", line), (run.ExitCode, run.Out, run.Error.Split('\n')[0]));
    }

    [Fact]
    public async Task Interrupted_it_cancels_its_tasks()
    {
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local, silos: 1);
        var run = cluster.StartCommand("scenario", "run", "11", "--time-scale", "100");
        Assert.Equal("Still running...", await run.WaitForLineAsync("Still"));
        var ended = await run.InterruptAsync();
        Assert.Equal((130, "Still running...\nTask was cancelled!\n"), (ended.ExitCode, ended.Out));
        Assert.Equal([""], await LinesAsync(cluster, "ps"));
    }

    private static async Task<string[]> LinesAsync(FaultCluster cluster, params string[] args) =>
        (await cluster.StartCommand([.. args, "--format", "json"]).WaitForExitAsync()).Out.Split('\n');

    private static void AssertPassed(ProcessResult run, int count = 38)
    {
        var results = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.All(results, result => Assert.True(result.GetProperty("passed").GetBoolean(), $"{result}"));
        Assert.Equal((0, count), (run.ExitCode, results.Length));
        Assert.Equal(
            ["name", "section", "lines", "elapsed_ms", "expected_ms", "passed", "notes"], results[0].EnumerateObject().Select(property => property.Name));
    }
}
