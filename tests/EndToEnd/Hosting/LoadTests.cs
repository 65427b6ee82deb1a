using OrleansAsync.Execution;
using OrleansAsync.Faults;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.EndToEnd.Hosting;

/// <summary>Silos that are given an assembly with coroutines: <c>--load</c>.</summary>
public sealed class LoadTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_silo_runs_coroutines_of_an_assembly_it_is_given(bool byOption)
    {
        using var folder = new TemporaryFolder();
        var file = Processes.Built("Faults");
        await using var silo = byOption
            ? await Processes.StartSiloAsync(folder, "--load", file, "--load", file)
            : await Processes.StartSiloAsync(folder, new Dictionary<string, string> { ["ORLEANSASYNC__SILO__LOAD__0"] = file });
        var options = new SessionOptions { Target = new(ClusterMode.Local), DataFolder = folder.Path };
        await using var session = await ClusterSession.OpenAsync(options, TestContext.Current.CancellationToken);
        Assert.Equal(42, await session.Loop.CreateTask(new Work(42) { Children = 2 }));
    }

    [Fact]
    public async Task A_silo_that_was_not_given_it_says_so_at_the_task()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await Processes.StartSiloAsync(folder);
        var options = new SessionOptions { Target = new(ClusterMode.Local), DataFolder = folder.Path };
        await using var session = await ClusterSession.OpenAsync(options, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<UnknownCoroutineException>(async () => await session.Loop.CreateTask(new Work(42)));
    }

    [Fact]
    public async Task A_missing_file_is_one_line() =>
        Assert.Equal("silo: --load: there is no file 'no.dll'; give the path of a built assembly\n", await FailAsync("no.dll"));

    [Fact]
    public async Task A_file_that_is_no_assembly_is_one_line()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("text.dll"), "spam", TestContext.Current.CancellationToken);
        Assert.Matches(@"^silo: --load: '\S+/text\.dll' is no \.NET assembly.*\n$", await FailAsync(folder.File("text.dll")));
    }

    [Fact]
    public async Task A_missing_dependency_is_one_line()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Processes.Built("Faults"), folder.File("alone.dll"));
        Assert.Matches(@"^silo: --load: '\S+/alone\.dll' needs OrleansAsync\.Client \S+, which is neither beside it nor a part of the silo; .*\n$", await FailAsync(folder.File("alone.dll")));
    }

    [Fact]
    public async Task A_coroutine_without_a_body_is_one_line() =>
        Assert.Matches($@"^silo: a coroutine cannot be run: {typeof(Bodiless)} has no body: .*\n$", await FailAsync(typeof(LoadTests).Assembly.Location));

    private static async Task<string> FailAsync(string file)
    {
        using var folder = new TemporaryFolder();
        await using var silo = Processes.Silo(folder, "--load", file);
        var end = await silo.WaitForExitAsync();
        Assert.Equal((2, ""), (end.ExitCode, end.Out));
        return end.Error;
    }
}

/// <summary>What this assembly must not be given to a silo for.</summary>
[GenerateSerializer, Immutable, Alias("oa.tests.bodiless")]
public sealed record Bodiless : Coroutine;
