using BenchmarkDotNet.Attributes;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;

namespace OrleansAsync.Tests.Benchmarks.Storage;

/// <summary>
/// Durable rows per second. PostgreSQL is measured where ORLEANSASYNC_CLUSTER holds a connection string; the table goes afterwards.
/// </summary>
public class StoreBenchmarks
{
    private const int Rows = 20_000;
    private static readonly StoreSchema Schema = new("benchmark", 1, (_, _) =>
        "CREATE TABLE benchmark (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, number BIGINT NOT NULL)");

    private readonly string _folder = Directory.CreateTempSubdirectory("orleansasync-").FullName;
    private IStore _store = null!;
    private long _next;

    public static IEnumerable<string> Databases =>
        Environment.GetEnvironmentVariable(ClusterTarget.Variable) is { Length: > 0 } ? ["Sqlite", "PostgreSql"] : ["Sqlite"];

    [ParamsSource(nameof(Databases))]
    public string Database { get; set; } = "";

    [GlobalSetup]
    public async Task OpenAsync()
    {
        var mode = Database == "Sqlite" ? ClusterMode.Local : ClusterMode.PostgreSql;
        _store = StoreFactory.Create(new(mode), _folder);
        await _store.EnsureAsync(Schema, default);
        await _store.WriteAsync(new(new StoreStatement("DELETE FROM benchmark")), default);
        await InsertAsync(-1);
    }

    [Benchmark(Description = "rows of callers that do not wait for each other", OperationsPerInvoke = Rows)]
    public Task Gathered() => Task.WhenAll(Enumerable.Range(0, Rows).Select(_ => InsertAsync(_next++)));

    [Benchmark(Description = "the same, each under a guard", OperationsPerInvoke = Rows)]
    public Task Guarded() => Task.WhenAll(Enumerable.Range(0, Rows).Select(_ => InsertAsync(_next++, guarded: true)));

    [Benchmark(Description = "rows in units of 100", OperationsPerInvoke = Rows)]
    public Task Units() => Task.WhenAll(Enumerable.Range(0, Rows / 100).Select(_ =>
        _store.WriteAsync(new([.. Enumerable.Range(0, 100).Select(_ => Row(_next++))]), default)));

    [Benchmark(Description = "16 callers, each one row after the other", OperationsPerInvoke = 3200)]
    public Task Callers() => Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
    {
        for (var i = 0; i < 200; i++) await InsertAsync(Interlocked.Increment(ref _next));
    }));

    [Benchmark(Description = "one row after the other", OperationsPerInvoke = 200)]
    public async Task OneByOne()
    {
        for (var i = 0; i < 200; i++) await InsertAsync(_next++);
    }

    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await _store.WriteAsync(new(new StoreStatement("DROP TABLE benchmark"), new("DELETE FROM SchemaVersion WHERE Component = 'benchmark'")), default);
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<StoreResult> InsertAsync(long id, bool guarded = false) => _store.WriteAsync(
        new(Row(id)) { Guard = guarded ? new("UPDATE benchmark SET number = number + 1 WHERE id = -1") : null }, default);

    private static StoreStatement Row(long id) =>
        new("INSERT INTO benchmark (id, name, number) VALUES (@id, @name, @number)", ("@id", id), ("@name", "https://example.org/a/page/of/it"), ("@number", id * 7));
}
