using System.Collections.Immutable;
using System.Diagnostics;

namespace OrleansAsync.Tests.EndToEnd.Crawling;

/// <summary>A documentation site that others wrote, served by nginx on loopback, and what two other crawlers found there.</summary>
internal sealed class RealSite : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _script;
    private readonly string _name;

    private RealSite(string script, string name) => (_script, _name) = (script, name);

    /// <summary>Where to begin.</summary>
    public string Seed { get; private set; } = "";

    /// <summary>URLs and statuses, as a crawl must find them.</summary>
    public ImmutableSortedSet<string> Expected { get; private set; } = [];

    /// <summary>Starts it; skips the test where it is not, or nobody asked for it: it installs packages of the distribution.</summary>
    public static async Task<RealSite> StartAsync(string name)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("ORLEANSASYNC_REAL_SITES") == "1", "It installs nginx and packages of documentation: set ORLEANSASYNC_REAL_SITES=1 to have that.");
        var site = new RealSite(Find("tools/site.sh"), name);
        try
        {
            // The port that has a log of what was asked.
            site.Seed = (await site.RunAsync("start", name)).Split(' ', '\n')[1].Replace(":18080/", ":18081/", StringComparison.Ordinal);
            site.Expected = [.. (await File.ReadAllLinesAsync(Find($"reference/sites/{name}.urls.tsv"))).Select(static line => line.Replace(":18080/", ":18081/", StringComparison.Ordinal).Replace('\t', ' '))];
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>How often each path was asked for, by anybody.</summary>
    public async Task<Dictionary<string, int>> ReadRequestsAsync() =>
        (await File.ReadAllLinesAsync(_folder.File($"logs/{_name}.log"))).Select(static line => line.Split('\t')[4]).CountBy(static path => path).ToDictionary();

    public async ValueTask DisposeAsync()
    {
        await RunAsync("stop");
        _folder.Dispose();
    }

    private async Task<string> RunAsync(params string[] args)
    {
        using var script = Process.Start(new ProcessStartInfo("bash", [_script, .. args]) { RedirectStandardOutput = true, Environment = { ["SITE_DIR"] = _folder.Path } })!;
        var text = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        return script.ExitCode == 0 ? text : throw new InvalidOperationException($"{_script} {string.Join(' ', args)} ended with {script.ExitCode}: {text}");
    }

    private static string Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", name);
            if (File.Exists(path)) return path;
        }

        Assert.Skip($"shared/{name} is in no folder above {AppContext.BaseDirectory}; it is not part of this repository.");
        return "";
    }
}
