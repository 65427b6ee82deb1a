namespace OrleansAsync.Tests.EndToEnd;

/// <summary>Starts the built programs as real processes.</summary>
internal static class Processes
{
    /// <summary>Starts a client.</summary>
    public static RunningProcess Client(TemporaryFolder folder, params string[] args) => new(Built("Client"), folder.Path, args);

    /// <summary>Runs a client to its end.</summary>
    public static async Task<ProcessResult> RunClientAsync(TemporaryFolder folder, params string[] args)
    {
        await using var client = Client(folder, args);
        return await client.WaitForExitAsync();
    }

    /// <summary>Starts a silo whose data folder is the given one.</summary>
    public static RunningProcess Silo(TemporaryFolder folder, params string[] args) => new(Built("Silo"), folder.Path, ["--data", folder.Path, .. args]);

    /// <summary>Starts a silo and waits until it serves.</summary>
    public static Task<RunningSilo> StartSiloAsync(TemporaryFolder folder, params string[] args) => StartSiloAsync(folder, new Dictionary<string, string>(), args);

    /// <summary>Starts a silo with settings in its environment and waits until it serves.</summary>
    public static async Task<RunningSilo> StartSiloAsync(TemporaryFolder folder, IReadOnlyDictionary<string, string> settings, params string[] args)
    {
        var process = new RunningProcess(Built("Silo"), folder.Path, ["--data", folder.Path, .. args], settings);
        try
        {
            return RunningSilo.Parse(process, await process.WaitForLineAsync("ready "));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>The file of a built program.</summary>
    // …/artifacts/bin/EndToEnd/release/ → …/artifacts/bin/Client/release/
    public static string Built(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, $"OrleansAsync.{project}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{project} is not built in this configuration", path);
    }
}
