using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Tasks;

/// <summary>Durable tasks while the store fails for a moment.</summary>
public sealed class DetachedStoreTests
{
    [Fact]
    public async Task A_store_that_fails_for_a_moment_costs_neither_a_creation_nor_a_cancel_nor_an_outcome()
    {
        var folder = Directory.CreateTempSubdirectory("orleansasync-");
        try
        {
            var store = new FailingStore(StoreFactory.Create(new(ClusterMode.Local), folder.FullName));
            await using var cluster = ClusterFixture.Build(1, silo => silo.Services.AddSingleton<IStore>(store)).Build();
            await cluster.DeployAsync();
            var loop = ClusterFixture.Loop(cluster.Client.ServiceProvider);

            var (gate, runs) = (new Gate(), 0);
            store.FailNext("INSERT INTO detached_task");
            var task = await loop.CreateDetachedTaskAsync(Inline.Int(async body =>
            {
                runs++;
                await body.WaitAsync(gate);
                return 7;
            })).Soon();
            store.FailNext("UPDATE detached_task SET is_running = 0, attempt = @attempt, ended_at");
            gate.Open();
            Assert.Equal((7, 1), (await task.WaitAsync(TestContext.Current.CancellationToken).Soon(), runs));

            var started = new Gate();
            var canceled = await loop.CreateDetachedTaskAsync(Inline.Do(body =>
            {
                started.Open();
                return body.WaitForeverAsync();
            })).Soon();
            await started.Opened.Soon();
            store.FailNext("UPDATE detached_task SET is_canceled");
            Assert.True(await canceled.CancelAsync("enough", TestContext.Current.CancellationToken).Soon());
            await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => canceled.WaitAsync(TestContext.Current.CancellationToken).Soon());
            Assert.Equal(3, store.Failed);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class FailingStore(IStore store) : IStore
    {
        private string? _next;

        public int Failed { get; private set; }

        public StoreDialect Dialect => store.Dialect;

        public bool Exists => store.Exists;

        /// <summary>Fails the next unit with such a statement before it is written.</summary>
        public void FailNext(string statement) => _next = statement;

        public Task EnsureAsync(StoreSchema schema, CancellationToken cancellationToken) => store.EnsureAsync(schema, cancellationToken);

        public Task<StoreResult> WriteAsync(StoreUnit unit, CancellationToken cancellationToken)
        {
            if (_next is not { } next || !unit.Statements.Any(statement => statement.Sql.StartsWith(next, StringComparison.Ordinal))) return store.WriteAsync(unit, cancellationToken);
            _next = null;
            Failed++;
            throw new StoreUnavailableException("The disk is away.", new IOException());
        }

        public Task<List<T>> ReadAsync<T>(StoreStatement query, Func<DbDataReader, T> map, CancellationToken cancellationToken) => store.ReadAsync(query, map, cancellationToken);

        public ValueTask DisposeAsync() => store.DisposeAsync();
    }
}
