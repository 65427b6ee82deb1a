using System.Text.Json;

namespace OrleansAsync.Tests.EndToEnd.Tasks;

/// <summary><c>oa bench models</c>.</summary>
public sealed class ModelsBenchTests
{
    [Fact]
    public async Task All_models_are_measured_side_by_side()
    {
        using var folder = new TemporaryFolder();
        var run = await Processes.RunClientAsync(folder, "bench", "models", "--tasks", "40", "--delay", "100ms", "--repeat", "1", "--format", "json");
        Assert.Equal(0, run.ExitCode);
        var models = run.Out.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(model => model.GetProperty("name").GetString()!);
        Assert.Equal(["sequential", "processes", "threads", ".NET tasks", "one loop", "cluster"], models.Keys);
        Assert.All(models.Values, model => Assert.Equal((40, 100, 1), (model.GetProperty("n").GetInt32(), model.GetProperty("delay_ms").GetDouble(), model.GetProperty("elapsed_ms").GetArrayLength())));
        // One after the other they take as long as all waits together; a thread each, there are as many threads.
        Assert.True(models["sequential"].GetProperty("median_ms").GetDouble() >= 40 * 100);
        Assert.True(models["sequential"].GetProperty("median_ms").GetDouble() > 2 * models["cluster"].GetProperty("median_ms").GetDouble());
        Assert.True(models["threads"].GetProperty("threads").GetInt32() > models["cluster"].GetProperty("threads").GetInt32());
        Assert.True(models["processes"].GetProperty("peak_rss_mb").GetDouble() > models["cluster"].GetProperty("peak_rss_mb").GetDouble());
    }
}
