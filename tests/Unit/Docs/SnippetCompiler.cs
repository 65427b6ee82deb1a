using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using OrleansAsync.Scenarios;

namespace OrleansAsync.Tests.Unit.Docs;

/// <summary>Compiles the C# fences of one document against the assemblies of this test run.</summary>
/// <remarks>
/// All fences of a document are one program, so a later one may use what an earlier one declares. Types stand as they are written. Statements
/// become the body of an async method of their own class, which sees <c>args</c>, <c>loop</c> and <c>cancellationToken</c>. The namespaces that
/// the SDK, Orleans and this project's usual usings bring need not be written. Warnings count like errors.
/// </remarks>
internal static partial class SnippetCompiler
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Orleans;
        global using Orleans.Hosting;
        global using Orleans.Runtime;
        global using OrleansAsync;
        global using OrleansAsync.Coordination;
        global using OrleansAsync.Execution;
        global using OrleansAsync.Hosting;
        global using OrleansAsync.Queues;
        global using OrleansAsync.Tasks;
        """;

    private static readonly CSharpParseOptions Syntax = new(LanguageVersion.Preview);

    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary,
        nullableContextOptions: NullableContextOptions.Enable,
        // A fence may repeat a using; a body may await nothing; assemblies of one framework may name each other in older versions. CS8620: this
        // version of the compiler warns of nullability where params spans meet extension blocks and derived records; the SDK's does not.
        specificDiagnosticOptions: new[] { "CS0105", "CS1998", "CS1701", "CS1702", "CS8620" }.Select(id => KeyValuePair.Create(id, ReportDiagnostic.Suppress)));

    private static readonly IReadOnlyList<MetadataReference> References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>The C# fences of a document that are written by hand, each with the number of its first line. What is generated of the guide was compiled where it comes from.</summary>
    public static IReadOnlyList<(int Line, string Code)> Fences(string markdown)
    {
        var written = GuidePages.HandWritten(markdown.ReplaceLineEndings("\n"));
        return [.. Fence().Matches(written).Select(match => (written[..match.Groups["code"].Index].Count(c => c == '\n') + 1, match.Groups["code"].Value))];
    }

    /// <summary>Compiles them.</summary>
    /// <returns>What the compiler finds wrong, with the document's lines.</returns>
    public static IReadOnlyList<string> Check(string document, string markdown)
    {
        var trees = Fences(markdown).Select((fence, index) => Wrap(document, index, fence.Line, fence.Code)).Append(CSharpSyntaxTree.ParseText(Usings, Syntax));
        return
        [
            .. CSharpCompilation.Create("Fences", trees, References, Options).GetDiagnostics()
                .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
                .Select(diagnostic => $"{diagnostic.Location.GetMappedLineSpan()}: {diagnostic.Id}: {diagnostic.GetMessage(null)}"),
        ];
    }

    private static SyntaxTree Wrap(string document, int index, int line, string code)
    {
        var root = CSharpSyntaxTree.ParseText(code, Syntax).GetCompilationUnitRoot();
        var statements = root.Members.OfType<GlobalStatementSyntax>().Select(member => At(member)).ToArray();
        var others = root.Members.Where(member => member is not GlobalStatementSyntax).Select(member => At(member)).ToArray();
        var body = statements.Length == 0 ? "" : $$"""
            #line hidden
            internal static class Fence{{index}}
            {
                private static readonly string[] args = [];
                private static readonly OrleansAsync.Execution.IClusterLoop loop = null!;
                private static readonly System.Threading.CancellationToken cancellationToken = default;
                internal static object All => (args, loop, cancellationToken);
                internal static async System.Threading.Tasks.Task RunAsync()
                {
            {{string.Join('\n', statements)}}
            #line hidden
                }
            }
            """;
        return CSharpSyntaxTree.ParseText($"{string.Join('\n', root.Usings.Select(directive => At(directive)))}\n{string.Join('\n', others)}\n{body}", Syntax, $"{index}.cs");

        // Keeps the document's line numbers, whatever is moved.
        string At(SyntaxNode node) => $"#line {line + node.SyntaxTree.GetLineSpan(node.FullSpan).StartLinePosition.Line} \"{document}\"\n{node.ToFullString()}";
    }

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
