using System.Text.Json;

namespace OrleansAsync.Tests.Unit.Crawling;

/// <summary>Case collections that lie beside a checkout, not in it; tests that need one skip where it is absent.</summary>
internal static class SharedReference
{
    public static JsonElement Load(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "reference", name);
            if (File.Exists(path)) return JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("cases");
        }
        Assert.Skip($"shared/reference/{name} is in no folder above {AppContext.BaseDirectory}; the cases are not part of this repository.");
        return default;
    }

    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
