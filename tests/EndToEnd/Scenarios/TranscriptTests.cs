using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using OrleansAsync.Scenarios;

namespace OrleansAsync.Tests.EndToEnd.Scenarios;

/// <summary>What the scenarios that are no snippets of the tutorial say CPython prints, against the CPython at hand.</summary>
public sealed partial class TranscriptTests
{
    public static TheoryData<string> Names => [.. ScenarioCatalog.Extra.Select(scenario => scenario.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task CPython_prints_the_lines_of_the_transcript(string name)
    {
        Assert.SkipUnless((await RunAsync("--version")).StartsWith("Python 3.11.", StringComparison.Ordinal), "The transcripts are of CPython 3.11, and there is none.");
        var scenario = ScenarioCatalog.Find(name)!;
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, $"{name}.py");
        await File.WriteAllTextAsync(path, scenario.Snippet, TestContext.Current.CancellationToken);
        var printed = await RunAsync(path);
        Assert.SkipWhen(printed.Contains("ModuleNotFoundError", StringComparison.Ordinal), "The snippet needs a package that this CPython has not.");
        Assert.Equal(
            Lines(string.Join('\n', scenario.Transcript.Split('\n').Where(line => !line.StartsWith('#')).Select(line => line[9..]))),
            Lines(printed));
    }

    /// <summary>The lines without what each run has of its own: numbers, folders, and the order of what comes at the same time.</summary>
    private static IEnumerable<string> Lines(string text) =>
        text.TrimEnd().Split('\n').Select(line => Number().Replace(Folder().Replace(line, ""), "0")).Order(StringComparer.Ordinal);

    // The distribution's CPython, which has the distribution's packages, before one that stands earlier on the path.
    private static string Python => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    private static async Task<string> RunAsync(string argument)
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo(Python, ["-u", argument]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var texts = await Task.WhenAll(python.StandardOutput.ReadToEndAsync(), python.StandardError.ReadToEndAsync());
            await python.WaitForExitAsync(TestContext.Current.CancellationToken);
            return string.Join("", texts);
        }
        catch (Win32Exception)
        {
            return "";
        }
    }

    [GeneratedRegex(@"[0-9]+(\.[0-9]+)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"[^\s""]*/(?=[\w\-]+\.py)")]
    private static partial Regex Folder();
}
