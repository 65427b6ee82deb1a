using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.DependencyInjection;
using OrleansAsync.Execution;

namespace OrleansAsync.Tests.Unit.Execution;

public sealed class CoroutineRegistryTests
{

    [Fact]
    public void A_coroutine_without_a_body_is_named_at_start()
    {
        var error = Refuse("public record Lonely : Coroutine<int>;");
        Assert.StartsWith("Lonely has no body: write a CoroutineBody for it, or give AddOrleansAsync the assembly", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_bodies_of_one_coroutine_are_named_at_start() => Assert.Equal(
        "Torn has 2 bodies, First and Second: keep one.",
        Refuse("public record Torn : Coroutine<int>;" + Body("First", "Torn") + Body("Second", "Torn")));

    [Fact]
    public void A_body_that_drops_its_coroutines_result_is_named_at_start()
    {
        var error = Refuse("public record Sum : Coroutine<int>; public class SumBody : CoroutineBody<Sum> { protected override Task RunAsync(Sum c, IClusterLoop l) => Task.CompletedTask; }");
        Assert.StartsWith("SumBody is a body without a result, but Sum has one", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_generic_body_is_named_at_start()
    {
        var error = Refuse("public record Many<T> : Coroutine<int>;" + Body("ManyBody<T>", "Many<T>"));
        Assert.StartsWith("ManyBody`1", error, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_reported_at_once() =>
        Assert.Equal(2, Refuse("public record One : Coroutine; public record Two : Coroutine;").Split(Environment.NewLine).Length);

    [Fact]
    public void An_abstract_coroutine_needs_no_body()
    {
        var assembly = Compile("public abstract record Base : Coroutine<int>; public record Sum : Base;" + Body("SumBody", "Sum"));
        using var services = new ServiceCollection().BuildServiceProvider();
        Assert.NotNull(new CoroutineRegistry([assembly, assembly], services).Find(assembly.GetType("Sum")!));
    }

    private static string Body(string name, string coroutine) =>
        $"public class {name} : CoroutineBody<{coroutine}, int> {{ protected override Task<int> RunAsync({coroutine} c, IClusterLoop l) => Task.FromResult(0); }}";

    private static string Refuse(string source)
    {
        using var services = new ServiceCollection().BuildServiceProvider();
        return Assert.Throws<InvalidOperationException>(() => new CoroutineRegistry([Compile(source)], services)).Message;
    }

    private static Assembly Compile(string source)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            $"Given{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText("using System.Threading.Tasks; using OrleansAsync.Execution;" + source, cancellationToken: TestContext.Current.CancellationToken)],
            references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return Assembly.Load(stream.ToArray());
    }
}
