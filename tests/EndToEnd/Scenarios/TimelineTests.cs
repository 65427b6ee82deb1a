using System.Text.RegularExpressions;
using OrleansAsync.Tests.EndToEnd.Faults;

namespace OrleansAsync.Tests.EndToEnd.Scenarios;

/// <summary><c>oa scenario run --timeline</c>.</summary>
[Collection(nameof(ScenarioCommandTests))]
public sealed partial class TimelineTests
{
    [Fact]
    public async Task Without_a_terminal_tasks_of_all_silo_processes_are_drawn_on_stderr_at_the_end()
    {
        await using var cluster = await FaultCluster.StartAsync(ClusterKind.Local);
        var run = await cluster.StartCommand("scenario", "run", "27", "--timeline").WaitForExitAsync();
        Assert.Matches(@"^Asyncio: \d+\.\d\ds\n$", run.Out);
        var rows = run.Error.Split('\n').Where(row => Row().IsMatch(row)).ToArray();
        // All of them, as paper has rows enough.
        Assert.Equal(101, rows.Length);
        Assert.All(rows, row => Assert.Contains("█", row, StringComparison.Ordinal));
        Assert.Equal(3, rows.Select(row => Row().Match(row).Groups["port"].Value).Distinct().Count());
        Assert.DoesNotContain("\e", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_it_is_drawn_live()
    {
        using var folder = new TemporaryFolder();
        await using var terminal = PseudoTerminal.Start(folder, 80, 24, "scenario", "run", "06", "--timeline", "--time-scale", "4");
        await terminal.WaitForAsync(" running");
        await terminal.WaitForAsync("['Data from api1.com', 'Data from api2.com', 'Data from api3.com']");
        await terminal.WaitForAsync("passed");
        Assert.Equal(0, (await terminal.WaitForExitAsync()).ExitCode);
    }

    [Fact]
    public async Task It_does_not_go_with_json()
    {
        using var folder = new TemporaryFolder();
        var run = await Processes.RunClientAsync(folder, "scenario", "run", "06", "--timeline", "--format", "json");
        Assert.Equal((2, "", "oa: --timeline draws for people; leave it out with --format json\n"), (run.ExitCode, run.Out, run.Error));
    }

    [GeneratedRegex(@"^ *Task-\d+ +[\w-]+ +:(?<port>\d+)/\d+ .* done\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
