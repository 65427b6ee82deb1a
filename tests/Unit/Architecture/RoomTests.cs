using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OrleansAsync.Tests.Unit.Architecture;

/// <summary>What may refer to what: between projects, and between the capabilities in them.</summary>
public sealed partial class RoomTests
{
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Grains.Interfaces"] = [],
        ["Grains"] = ["Grains.Interfaces"],
        ["Silo"] = ["Grains", "Grains.Interfaces", "Workloads"],
        ["Client"] = ["Grains", "Grains.Interfaces", "Workloads"],
    };

    // What a capability may use besides itself. Hosting puts everything together, so it is free.
    private static readonly Dictionary<string, string[]> Capabilities = new()
    {
        ["Storage"] = ["Hosting"],
        ["Execution"] = ["Tasks", "Storage"],
        ["Tasks"] = ["Execution", "Storage", "Hosting"],
        ["Coordination"] = ["Execution", "Tasks", "Storage"],
        ["Queues"] = ["Execution", "Tasks", "Coordination", "Storage"],
        ["Scenarios"] = ["Execution", "Tasks", "Coordination", "Queues", "Hosting"],
        ["Crawling"] = ["Execution", "Tasks", "Coordination", "Queues", "Storage", "Hosting"],
    };

    [Theory]
    [InlineData("Grains.Interfaces")]
    [InlineData("Grains")]
    [InlineData("Silo")]
    [InlineData("Client")]
    public void Projects_refer_in_one_direction(string project)
    {
        var references = XDocument.Load(Path.Combine(Solution.Root.FullName, project, $"{project}.csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.Empty(references.Except(Projects[project]));
    }

    [Fact]
    public void The_contract_needs_only_the_sdk()
    {
        var packages = XDocument.Load(Path.Combine(Solution.Root.FullName, "Grains.Interfaces", "Grains.Interfaces.csproj")).Descendants("PackageReference")
            .Where(package => package.Attribute("PrivateAssets")?.Value != "all").Select(package => package.Attribute("Include")!.Value);
        Assert.Equal(["Microsoft.Orleans.Sdk"], packages);
    }

    [Fact]
    public void Capabilities_refer_only_to_those_below_them()
    {
        var wrong =
            from file in Solution.Sources
            let parts = Path.GetRelativePath(Solution.Root.FullName, file.FullName).Split(Path.DirectorySeparatorChar)
            where parts.Length > 2 && Projects.ContainsKey(parts[0]) && parts[0] != "Client" && Capabilities.ContainsKey(parts[1])
            from match in Reference().Matches(File.ReadAllText(file.FullName))
            let used = match.Groups["capability"].Value
            where used != parts[1] && (Capabilities.ContainsKey(used) || used == "Scenarios") && !Capabilities[parts[1]].Contains(used)
            select $"{string.Join('/', parts)} uses {used}";
        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void No_source_file_is_longer_than_300_lines() =>
        Assert.Empty(Solution.Sources.Where(file => File.ReadLines(file.FullName).Count() > 300).Select(file => file.FullName));

    [Fact]
    public void Every_project_with_grain_interfaces_has_its_contracts_checked_in() =>
        Assert.All(["Grains.Interfaces", "Grains", "tests/Workloads"], project => Assert.True(File.Exists(Path.Combine(Solution.Root.FullName, project, "OrleansContracts.txt")), project));

    // A namespace is named by a using or in full; documentation may mention anything.
    [GeneratedRegex(@"^(?!\s*///).*\bOrleansAsync\.(?<capability>[A-Z]\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();
}
