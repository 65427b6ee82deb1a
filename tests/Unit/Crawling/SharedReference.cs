using System.Text.Json;

namespace OrleansAsync.Tests.Unit.Crawling;

/// <summary>Case collections that lie beside a checkout, not in it; tests that need one skip where it is absent.</summary>
internal static class SharedReference
{
    public static JsonElement Load(string name) => JsonDocument.Parse(File.ReadAllText(Find(name))).RootElement.GetProperty("cases");

    /// <summary>The path of a file or folder; skips the test where there is none.</summary>
    public static string Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "reference", name);
            if (Path.Exists(path)) return path;
        }
        Assert.Skip($"shared/reference/{name} is in no folder above {AppContext.BaseDirectory}; it is not part of this repository.");
        return "";
    }

    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
