namespace OrleansAsync.Tests.Unit.Docs;

/// <summary>The checkout these tests were built in: documents are read where users read them.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The README and everything below docs, as paths from the root.</summary>
    public static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Root, path)).Append("README.md").Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OrleansAsync.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"OrleansAsync.sln is in no folder above {AppContext.BaseDirectory}: run the tests from where they were built.");
    }
}
