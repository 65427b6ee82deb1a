using System.Collections.Concurrent;
using OrleansAsync.Faults;
using OrleansAsync.Hosting;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Silo processes that know the coroutines of <c>tests/Faults</c>, to be killed, and clients that need not know of it.</summary>
internal sealed class FaultCluster : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentBag<IAsyncDisposable> _processes = [];
    private readonly Dictionary<string, string> _settings = [];
    private readonly ClusterKind _kind;

    private FaultCluster(ClusterKind kind) => _kind = kind;

    /// <summary>The silos, dead ones too, in the order of their start.</summary>
    public List<RunningSilo> Silos { get; } = [];

    /// <summary>The folder in which tasks note what happens to them.</summary>
    public string JournalFolder => _folder.File("journal");

    /// <summary>What happened to tasks.</summary>
    public Journal Journal => new(JournalFolder);

    /// <summary>The file that gated tasks wait for.</summary>
    public string Gate => _folder.File("gate");

    private string Target => _kind == ClusterKind.Local ? "local" : $"@{_folder.File("connection")}";

    /// <summary>Starts three silos, and waits until all see each other.</summary>
    public static async Task<FaultCluster> StartAsync(ClusterKind kind, int silos = 3, params (string Variable, string Value)[] settings)
    {
        var cluster = new FaultCluster(kind);
        try
        {
            Directory.CreateDirectory(cluster.JournalFolder);
            if (kind == ClusterKind.PostgreSql)
            {
                var server = await TestContext.Current.GetFixture<PostgreSqlServer>();
                await File.WriteAllTextAsync(cluster._folder.File("connection"), await server!.CreateDatabaseAsync(), TestContext.Current.CancellationToken);
            }
            foreach (var (variable, value) in settings) cluster._settings[variable] = value;
            await cluster.StartSilosAsync(silos);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts silos side by side, and waits until all that live see each other.</summary>
    public async Task StartSilosAsync(int count)
    {
        Silos.AddRange(await Task.WhenAll(Enumerable.Range(0, count).Select(_ => StartSiloAsync())));
        var living = Silos.Where(silo => !silo.Process.HasExited).ToArray();
        foreach (var silo in living) await silo.WaitForMembersAsync(living.Length);
    }

    /// <summary>Connects this process as any client would be.</summary>
    public async Task<ClusterSession> ConnectAsync() =>
        await ClusterSession.OpenAsync(new SessionOptions { Target = ClusterTarget.TryParse(Target)!, DataFolder = _folder.Path, Verbosity = Verbosity.Quiet }, TestContext.Current.CancellationToken);

    /// <summary>Makes a client use this cluster.</summary>
    public void Configure(IClientBuilder client) => client.UseCluster(ClusterTarget.TryParse(Target)!, _folder.Path);

    /// <summary>Starts a client process of its own, which starts gated tasks that have a child each.</summary>
    public RunningProcess StartClient(int tasks, params string[] more)
    {
        var client = new RunningProcess(Processes.Built("Faults"), _folder.Path, [Target, _folder.Path, JournalFolder, Gate, $"{tasks}", .. more]);
        _processes.Add(client);
        return client;
    }

    /// <summary>Starts a client process of its own that uses a resource under a permit until the gate opens.</summary>
    public RunningProcess StartHolder(int port)
    {
        var client = new RunningProcess(Processes.Built("Faults"), _folder.Path, [Target, _folder.Path, "hold", $"{port}", Gate]);
        _processes.Add(client);
        return client;
    }

    public void OpenGate() => File.WriteAllBytes(Gate, []);

    /// <summary>Runs a command of <c>oa</c> on the cluster.</summary>
    public RunningProcess StartCommand(params string[] args)
    {
        var client = Processes.Client(_folder, [.. args, "--cluster", Target, "--data", _folder.Path]);
        _processes.Add(client);
        return client;
    }

    /// <summary>Waits until so many tasks, children included, have an event of a kind in a run of theirs.</summary>
    public async Task WaitForAsync(JournalEvent what, int tasks, int attempt = 0)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(RunningProcess.Patience);
        var seen = 0;
        try
        {
            while ((seen = Journal.Read().Where(entry => entry.What == what && entry.Attempt == attempt).DistinctBy(entry => entry.Number).Count()) < tasks)
                await timer.WaitForNextTickAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{what}, attempt {attempt}: {seen} of {tasks} tasks after {RunningProcess.Patience}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<RunningSilo> StartSiloAsync()
    {
        var silo = await Processes.StartSiloAsync(_folder, _settings, "--cluster", Target, "--load", Processes.Built("Faults"));
        _processes.Add(silo);
        return silo;
    }
}
