using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using OrleansAsync.Analyzers;

namespace OrleansAsync.Tests.Unit.Analyzers;

/// <summary>What is dropped without a trace, and what is kept or dropped on purpose.</summary>
public sealed class DroppedWorkAnalyzerTests
{
    private static readonly CSharpParseOptions Syntax = new(LanguageVersion.Preview);

    private static readonly IReadOnlyList<MetadataReference> References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    [Theory]
    [InlineData("void M() { new Fetch(); }")]
    [InlineData("async Task M() { new Fetch(); await Task.Yield(); }")]
    [InlineData("void M() { new Log(); }")]
    [InlineData("void M() => new Fetch();")]
    [InlineData("void M() { Make(); }")]
    [InlineData("Action M() => () => new Fetch();")]
    [CPython("test_tasks.py::test_log_destroyed_pending_task")]
    public async Task A_coroutine_that_is_never_started_is_reported(string member) => Assert.Equal(["OA0001"], await FindAsync(member));

    [Theory]
    [InlineData("void M() { loop.CreateTask(new Fetch()); }")]
    [InlineData("void M() { loop.CreateTask(new Log()); }")]
    [InlineData("void M() => loop.CreateTask(new Fetch());")]
    [InlineData("Action M() => () => loop.CreateTask(new Fetch());")]
    [InlineData("Task M() { loop.CreateTask(new Fetch()); return Task.CompletedTask; }")]
    [InlineData("void M(IClusterLoop? other) { other?.CreateTask(new Fetch()); }")]
    [InlineData("async Task M() { Action start = () => loop.CreateTask(new Fetch()); start(); await Task.Yield(); }")]
    [InlineData("async Task M() { await Task.Yield(); Start(); void Start() { loop.CreateTask(new Fetch()); } }")]
    public async Task A_handle_that_is_dropped_is_reported(string member) => Assert.Equal(["OA0002"], await FindAsync(member));

    [Theory]
    [InlineData("void M() { loop.SleepAsync(TimeSpan.Zero); }")]
    [InlineData("void M() { loop.GatherAsync(new Fetch(), new Fetch()); }")]
    [InlineData("Task M() { loop.RunAsync(new Fetch()); return Task.CompletedTask; }")]
    [InlineData("void M() { loop.TimeoutAsync(TimeSpan.Zero, scope => scope.SleepAsync(TimeSpan.Zero)); }")]
    [InlineData("void M(ClusterTask<int> task) { task.CancelAsync(); }")]
    [InlineData("void M(ClusterTask<int> task) { task.AsTask(); }")]
    [InlineData("void M(ClusterTask<int> task) { task.WaitForAsync(TimeSpan.Zero); }")]
    [InlineData("async Task M() { await Task.Yield(); Start(); void Start() { loop.SleepAsync(TimeSpan.Zero); } }")]
    public async Task A_verb_that_nobody_awaits_is_reported(string member) => Assert.Equal(["OA0003"], await FindAsync(member));

    [Theory]
    [InlineData("async Task M() { loop.CreateTask(new Fetch()); await Task.Yield(); }")]
    [InlineData("async Task M() { loop.SleepAsync(TimeSpan.Zero); await Task.Yield(); }")]
    [InlineData("Func<Task> M() => async () => { loop.CreateTask(new Fetch()); await Task.Yield(); };")]
    [InlineData("void M() { async Task Run() { loop.GatherAsync(new Fetch(), new Fetch()); await Task.Yield(); } Run().Wait(); }")]
    public async Task What_the_compiler_tells_is_told_once(string member) => Assert.Equal(["CS4014"], await FindAsync(member));

    [Theory]
    [InlineData("void M() { _ = new Fetch(); }")]
    [InlineData("void M() { _ = loop.CreateTask(new Fetch()); }")]
    [InlineData("void M() { _ = loop.SleepAsync(TimeSpan.Zero); }")]
    [InlineData("ClusterTask<int> M() { var task = loop.CreateTask(new Fetch()); return task; }")]
    [InlineData("ClusterTask<int> M() => loop.CreateTask(new Fetch());")]
    [InlineData("Func<ClusterTask<int>> M() => () => loop.CreateTask(new Fetch());")]
    [InlineData("Task M() => loop.SleepAsync(TimeSpan.Zero);")]
    [InlineData("async Task M() { await loop.CreateTask(new Fetch()); await loop.GatherAsync(new Fetch(), new Fetch()); }")]
    [InlineData("void M(System.Collections.Generic.List<ClusterTask<int>> tasks) { tasks.Add(loop.CreateTask(new Fetch())); }")]
    [InlineData("ClusterTask<int>? task; void M() { task = loop.CreateTask(new Fetch()); task ??= loop.CreateTask(new Fetch()); }")]
    [InlineData("void M() { new object(); Console.Out.FlushAsync(); }")]
    public async Task What_is_kept_awaited_or_discarded_on_purpose_is_not(string member) => Assert.Empty(await FindAsync(member));

    [Fact]
    public async Task Each_message_is_one_line_that_tells_what_to_do()
    {
        var messages = (await DiagnosticsAsync("void M() { new Fetch(); loop.CreateTask(new Fetch()); loop.SleepAsync(TimeSpan.Zero); }")).Select(problem => problem.GetMessage(null));
        Assert.Equal(
            [
                "The coroutine Fetch is created and never started: give it to CreateTask, GatherAsync or another verb of the loop",
                "Nobody will see how this task ends: await it, keep its handle, start it in a task group, or assign it to _ if that is on purpose",
                "SleepAsync is not awaited, so nothing waits for it and its exception is lost: await it, return it, or assign it to _ if that is on purpose",
            ],
            messages);
    }

    [Fact]
    public async Task A_program_without_orleansasync_is_left_alone()
    {
        var compilation = CSharpCompilation.Create("Other", [Parse("class C { void M() { System.Threading.Tasks.Task.Delay(1); new C(); } }")],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)], new(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(await AnalyzeAsync(compilation));
    }

    private static async Task<IEnumerable<string>> FindAsync(string member) => (await DiagnosticsAsync(member)).Select(problem => problem.Id);

    private static async Task<IEnumerable<Diagnostic>> DiagnosticsAsync(string member)
    {
        var source = $$"""
            #nullable enable
            using System;
            using System.Threading.Tasks;
            using OrleansAsync.Execution;
            using OrleansAsync.Tasks;

            public sealed record Fetch : Coroutine<int>;
            public sealed record Log : Coroutine;

            public sealed class Program(IClusterLoop loop)
            {
                private static Fetch Make() => new();
                public object All => (loop, Make());
                {{member}}
            }
            """;
        var compilation = CSharpCompilation.Create("Program", [Parse(source)], References, new(OutputKind.DynamicallyLinkedLibrary));
        var problems = await AnalyzeAsync(compilation);
        Assert.DoesNotContain(problems, problem => problem.Severity == DiagnosticSeverity.Error);
        return problems.OrderBy(problem => problem.Location.SourceSpan.Start);
    }

    private static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, Syntax, cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<Diagnostic[]> AnalyzeAsync(CSharpCompilation compilation)
    {
        var problems = await compilation.WithAnalyzers([new DroppedWorkAnalyzer()]).GetAllDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. problems.Where(problem => problem.Severity == DiagnosticSeverity.Error || problem.Id == "CS4014" || problem.Id.StartsWith("OA", StringComparison.Ordinal))];
    }
}
