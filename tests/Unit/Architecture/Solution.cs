namespace OrleansAsync.Tests.Unit.Architecture;

/// <summary>The folder this was built from.</summary>
internal static class Solution
{
    public static DirectoryInfo Root { get; } = Find();

    public static IEnumerable<FileInfo> Sources => Root.EnumerateFiles("*.cs", new EnumerationOptions { RecurseSubdirectories = true })
        .Where(file => !Path.GetRelativePath(Root.FullName, file.FullName).Split(Path.DirectorySeparatorChar).Any(part => part is "artifacts" or "bin" or "obj" || part.StartsWith('.')));

    private static DirectoryInfo Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OrleansAsync.sln"))) return folder;
        }
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} has OrleansAsync.sln.");
    }
}
