using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OrleansAsync.Tests.Unit.Docs;

/// <summary>Documents say what is true of this checkout: their C# compiles, their links lead somewhere, no package is without its reason.</summary>
public sealed partial class ReadmeTests
{
    public static TheoryData<string> Documents => [.. Repository.Documents()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_csharp_fence_compiles(string document)
    {
        var problems = SnippetCompiler.Check(document, Repository.Read(document));
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public void The_readme_has_csharp_fences() => Assert.NotEmpty(SnippetCompiler.Fences(Repository.Read("README.md")));

    [Fact]
    public void A_fence_that_does_not_compile_is_found_at_its_line()
    {
        var problems = SnippetCompiler.Check("x.md", "# title\n\n```csharp\nawait loop.SleepAsync(TimeSpan.Zero);\nawait loop.NoSuchVerbAsync();\n```\n");
        var problem = Assert.Single(problems);
        Assert.StartsWith("x.md: (4,", problem, StringComparison.Ordinal);
        Assert.Contains("NoSuchVerbAsync", problem, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_relative_link_leads_to_a_file(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        var dead = Link().Matches(Repository.Read(document)).Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target)));
        Assert.Empty(dead);
    }

    [Fact]
    public void Every_package_has_its_reason_and_no_other_is_named()
    {
        var packages = XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value);
        var reasons = PackageRow().Matches(Repository.Read("docs/adr/0006-dependencies.md")).Select(match => match.Groups["name"].Value);
        Assert.Equal(packages, reasons);
    }

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| `(?<name>[\w.\-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex PackageRow();
}
