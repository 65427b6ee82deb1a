using System.Text.RegularExpressions;

namespace OrleansAsync.Tests.Unit.Docs;

/// <summary>Each promise of docs/guarantees.md names a test that exists.</summary>
public sealed partial class GuaranteesTests
{
    private static readonly string[] Page = Repository.Read("docs/guarantees.md").Split('\n');

    private static readonly Dictionary<string, string> Sources = Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

    [Fact]
    public void Every_promise_names_a_test() =>
        Assert.All(Page.Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !Head().IsMatch(line)), row => Assert.Matches(Test(), row));

    [Fact]
    public void Every_test_named_exists()
    {
        var named = Page.SelectMany(line => Test().Matches(line)).Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, test => Assert.Contains($" {test.Method}(", Sources[test.Class], StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| (promise|rule) \|")]
    private static partial Regex Head();

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex Test();
}
