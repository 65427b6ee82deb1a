using System.Collections.Concurrent;
using System.Data.Common;

namespace OrleansAsync.Storage;

/// <summary>
/// What the stores share: one thread writes for all callers, and what has gathered while it was busy shares the next commit. So nobody waits for
/// company, and the more there is to write the cheaper each unit gets.
/// </summary>
internal abstract class GroupCommitStore : IStore
{
    /// <summary>The most units in a commit.</summary>
    public const int MaxUnits = 1024;

    // Units may be large; a commit that takes long delays everybody, and other processes on the same database.
    private const int MaxStatements = 8192;

    private readonly BlockingCollection<StoreWrite> _queue = [];
    private readonly ConcurrentDictionary<(string, int), Lazy<Task>> _ensured = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly Lazy<Task> _writer;

    protected GroupCommitStore() => _writer = new(() =>
    {
        var ended = new TaskCompletionSource();
        new Thread(() => Run(ended)) { IsBackground = true, Name = "OrleansAsync store" }.Start();
        return ended.Task;
    });

    /// <inheritdoc/>
    public abstract StoreDialect Dialect { get; }

    /// <inheritdoc/>
    public virtual bool Exists => true;

    /// <summary>Gets a token that fires when the store is disposed: what is queued is written, but nothing is retried any more.</summary>
    protected CancellationToken Closing => _closing.Token;

    /// <inheritdoc/>
    public async Task EnsureAsync(StoreSchema schema, CancellationToken cancellationToken)
    {
        var key = (schema.Component, schema.Version);
        var migration = _ensured.GetOrAdd(key, _ => new(() => MigrateAsync(schema)));
        try
        {
            await migration.Value.WaitAsync(cancellationToken);
        }
        catch when (migration.Value.IsFaulted)
        {
            // The next caller tries again.
            _ensured.TryRemove(new(key, migration));
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<StoreResult> WriteAsync(StoreUnit unit, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_queue.IsAddingCompleted, this);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<StoreResult>(cancellationToken);
        var write = new StoreWrite(unit);
        _queue.Add(write, CancellationToken.None);
        _ = _writer.Value;
        return write.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public abstract Task<List<T>> ReadAsync<T>(StoreStatement query, Func<DbDataReader, T> map, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.CompleteAdding();
        await _closing.CancelAsync();
        if (_writer.IsValueCreated)
            await _writer.Value;
        await CloseAsync();
    }

    /// <summary>Brings the tables of a component up to date.</summary>
    /// <param name="schema">The schema.</param>
    /// <returns>A task that completes when that is done.</returns>
    protected abstract Task MigrateAsync(StoreSchema schema);

    /// <summary>Applies units one after the other and makes them durable together, noting with each what became of it.</summary>
    /// <param name="group">The units.</param>
    protected abstract void Commit(List<StoreWrite> group);

    /// <summary>Closes the writer's connection; runs on its thread.</summary>
    protected abstract void CloseWriter();

    /// <summary>Closes all other connections.</summary>
    /// <returns>A task that completes when that is done.</returns>
    protected abstract ValueTask CloseAsync();

    private void Run(TaskCompletionSource ended)
    {
        var group = new List<StoreWrite>(MaxUnits);
        foreach (var first in _queue.GetConsumingEnumerable(CancellationToken.None))
        {
            group.Add(first);
            for (var statements = first.Unit.Statements.Length;
                group.Count < MaxUnits && statements < MaxStatements && _queue.TryTake(out var next);
                statements += next.Unit.Statements.Length)
            {
                group.Add(next);
            }

            try
            {
                Commit(group);
            }
            catch (Exception e)
            {
                foreach (var write in group)
                    write.Failed(e);
            }

            foreach (var write in group)
                write.Tell();
            group.Clear();
        }

        CloseWriter();
        ended.SetResult();
    }
}
