using System.Text.RegularExpressions;

namespace OrleansAsync.Tests.Unit.Docs;

/// <summary>Each promise of docs/guarantees.md names a test that exists.</summary>
public sealed partial class GuaranteesTests
{
    private static readonly string[] Page = Repository.Read("docs/guarantees.md").Split('\n');

    [Fact]
    public void Every_promise_names_a_test() =>
        Assert.All(Page.Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !Head().IsMatch(line)), row => Assert.NotEmpty(TestSources.Named(row)));

    [Fact]
    public void Every_test_named_exists()
    {
        var named = Page.SelectMany(TestSources.Named).ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, TestSources.AssertExists);
    }

    [GeneratedRegex(@"^\| (promise|rule) \|")]
    private static partial Regex Head();
}
