using System.Text.RegularExpressions;

namespace OrleansAsync.Tests.Unit.Docs;

/// <summary>The sources of all tests: documents name tests by class and method, and tests name those of CPython.</summary>
internal static partial class TestSources
{
    private static readonly string[] Files =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)];

    // A class may have its namesake in another project.
    private static readonly ILookup<string, string> Classes = Files.ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

    /// <summary>The tests of CPython that ours repeat, without file and class.</summary>
    public static IReadOnlySet<string> CPython { get; } = Files
        .SelectMany(file => Attribute().Matches(File.ReadAllText(file)))
        .Select(match => match.Groups[1].Value)
        .ToHashSet();

    /// <summary>The tests that a line of a document names.</summary>
    public static IEnumerable<(string Class, string Method)> Named(string line) => Name().Matches(line).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    public static void AssertExists((string Class, string Method) test) => Assert.True(
        Classes[test.Class].Any(source => source.Contains($" {test.Method}(", StringComparison.Ordinal)), $"There is no test {test.Class}.{test.Method}.");

    [GeneratedRegex("""\[CPython\("(?:\w+\.py::)(?:\w+\.)?(\w+)"\)""")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex Name();
}
