namespace OrleansAsync.Tests.Unit.Docs;

/// <summary>The sample of docs/testing.md is what tests/Samples compiles and runs.</summary>
public sealed class SampleTests
{
    [Fact]
    public void The_sample_on_the_page_is_the_one_that_runs()
    {
        var fence = Assert.Single(SnippetCompiler.Fences(Repository.Read("docs/testing.md")), fence => fence.Code.Contains("class QuoteTests", StringComparison.Ordinal));
        Assert.Equal(Code(Repository.Read("tests/Samples/QuoteTests.cs")), Code(fence.Code));
    }

    // On the page it needs no namespace.
    private static string Code(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Where(line => !line.StartsWith("namespace ", StringComparison.Ordinal))).Replace("\n\n\n", "\n\n", StringComparison.Ordinal).Trim();
}
