using System.Text.Json;

namespace OrleansAsync.Tests.EndToEnd.Hosting;

public sealed class ClientTests
{
    [Fact]
    public async Task An_embedded_cluster_has_as_many_silos_as_asked_for_and_says_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var run = await Processes.RunClientAsync(folder, "silos", "--silos", "3", "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var silos = run.Out.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(3, silos.Length);
        Assert.All(silos, silo => Assert.Equal("active", silo.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Console_telemetry_stays_off_stdout()
    {
        using var folder = new TemporaryFolder();
        var run = await Processes.RunClientAsync(folder, "silos", "--silos", "1", "--format", "json", "--telemetry", "console");
        Assert.Equal(0, run.ExitCode);
        Assert.Single(run.Out.TrimEnd().Split('\n'));
        Assert.Contains("orleansasync-client", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_cluster_is_one_line_with_the_remedy()
    {
        using var folder = new TemporaryFolder();
        var run = await Processes.RunClientAsync(folder, "silos", "--cluster", "local", "--data", "nowhere");
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Matches($@"^oa: cannot reach the local cluster of {folder.File("nowhere")}: .*; start a silo: .*--data nowhere\n$", run.Error);
    }

    [Fact]
    public async Task A_cluster_whose_silos_all_died_is_one_line_with_the_remedy()
    {
        using var folder = new TemporaryFolder();
        await using (var silo = await Processes.StartSiloAsync(folder))
            await silo.Process.KillAsync();
        var run = await Processes.RunClientAsync(folder, "silos", "--cluster", "local", "--data", ".");
        Assert.Equal((1, ""), (run.ExitCode, run.Out));
        Assert.Matches(@"^oa: cannot reach the local cluster of .*: none of its 1 silos answers any more; start a silo: .*\n$", run.Error);
    }

    [Theory]
    [InlineData("crwl", "crwl")]
    [InlineData("--bogus", "silos", "--bogus")]
    [InlineData("not a number of silos", "silos", "--silos", "0")]
    [InlineData("--format", "silos", "--format", "xml")]
    [InlineData("moon", "silos", "--cluster", "moon")]
    [InlineData("@secret", "silos", "--cluster", "@secret")]
    public async Task A_wrong_command_line_is_one_line_that_names_what_is_wrong(string named, params string[] args)
    {
        using var folder = new TemporaryFolder();
        var run = await Processes.RunClientAsync(folder, args);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Matches($@"^oa: .*{named}.*\n$", run.Error);
    }

    [Fact]
    public async Task Version_is_a_number()
    {
        using var folder = new TemporaryFolder();
        var run = await Processes.RunClientAsync(folder, "--version");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", run.Out);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("silos", "--help")]
    public async Task Help_goes_to_stdout_and_knows_the_common_options(params string[] args)
    {
        using var folder = new TemporaryFolder();
        var run = await Processes.RunClientAsync(folder, args);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (var option in new[] { "--cluster", "--silos", "--data", "--format", "--telemetry", "--verbosity" })
            Assert.Contains(option, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_in_the_current_folder_by_a_command_that_stores_nothing()
    {
        using var folder = new TemporaryFolder();
        await Processes.RunClientAsync(folder, "silos", "--silos", "1");
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
