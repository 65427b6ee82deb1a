namespace OrleansAsync.Tests.EndToEnd.Scenarios;

/// <summary>The menu, on a terminal, as somebody uses it who knows nothing of it.</summary>
[Collection(nameof(ScenarioCommandTests))]
public sealed class MenuTests
{
    [Theory]
    [InlineData(80, 24)]
    [InlineData(200, 50)]
    public async Task A_scenario_is_found_run_and_its_code_shown(int columns, int rows)
    {
        using var folder = new TemporaryFolder();
        await using var terminal = PseudoTerminal.Start(folder, columns, rows);
        await terminal.WaitForAsync(" 2  async def: Defining Coroutines");
        await terminal.PressAsync("06-gather");
        await terminal.WaitForAsync("06-gather");
        await terminal.PressAsync("\r");
        await terminal.WaitForAsync("order they were asked for.");
        await terminal.WaitForAsync("['Data from api1.com', 'Data from api2.com', 'Data from api3.com']");
        await terminal.WaitForAsync("passed");
        await terminal.PressAsync("s");
        await terminal.WaitForAsync("internal sealed record Main");
        await terminal.WaitForAsync("Enter: menu");
        await terminal.PressAsync("\r");
        await terminal.WaitForAsync("06-gather");
        await terminal.PressAsync("\e");
        var (exitCode, shown) = await terminal.WaitForExitAsync();
        Assert.Equal(0, exitCode);
        // The cursor is there again.
        Assert.True(shown.LastIndexOf("\e[?25h", StringComparison.Ordinal) > shown.LastIndexOf("\e[?25l", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Escape_cancels_what_runs_and_Ctrl_C_leaves()
    {
        using var folder = new TemporaryFolder();
        await using var terminal = PseudoTerminal.Start(folder, 80, 24);
        await terminal.WaitForAsync("type to search");
        // It takes six seconds.
        await terminal.PressAsync("07-gather-vs-wait\r");
        await terminal.WaitForAsync(" running");
        await terminal.PressAsync("\e");
        await terminal.WaitForAsync(" cancelled");
        await terminal.WaitForAsync("its tasks have cleaned up and ended");
        await terminal.WaitForAsync("Enter: menu");
        await terminal.PressAsync("r");
        await terminal.WaitForAsync(" running");
        await terminal.PressAsync("\u0003");
        var (exitCode, shown) = await terminal.WaitForExitAsync();
        Assert.Equal(130, exitCode);
        Assert.True(shown.LastIndexOf("\e[?25h", StringComparison.Ordinal) > shown.LastIndexOf("\e[?25l", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ctrl_C_in_the_menu_leaves()
    {
        using var folder = new TemporaryFolder();
        await using var terminal = PseudoTerminal.Start(folder, 80, 24);
        await terminal.WaitForAsync("type to search");
        await terminal.PressAsync("\u0003");
        var (exitCode, shown) = await terminal.WaitForExitAsync();
        Assert.Equal(130, exitCode);
        Assert.True(shown.LastIndexOf("\e[?25h", StringComparison.Ordinal) > shown.LastIndexOf("\e[?25l", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_terminal_there_is_help()
    {
        using var folder = new TemporaryFolder();
        var run = await Processes.RunClientAsync(folder);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Usage:", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_cannot_be_reached_is_told_of_before_the_menu()
    {
        using var folder = new TemporaryFolder();
        await using var terminal = PseudoTerminal.Start(folder, 200, 50, "--cluster", "local");
        await terminal.WaitForAsync("oa: cannot reach the local cluster");
        Assert.Equal(1, (await terminal.WaitForExitAsync()).ExitCode);
    }
}
