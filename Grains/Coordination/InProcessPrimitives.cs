using System.Collections.Concurrent;
using OrleansAsync.Storage;

namespace OrleansAsync.Coordination;

/// <summary>What a cluster within one process stores of its primitives: it need not outlive the process, as nothing of them does.</summary>
internal sealed class InProcessPrimitives
{
    private readonly ConcurrentDictionary<string, Table> _tables = [];

    public IPrimitiveTable Open(string key, TimeProvider time) => _tables.GetOrAdd(key, static (_, time) => new Table(time.GetUtcNow()), time);

    /// <summary>Gets the names there are of a kind, in order.</summary>
    public IEnumerable<(string Key, DateTimeOffset Created)> List(string kind) => _tables
        .Where(entry => PrimitiveKey.ParseKind(entry.Key) == kind && entry.Value.Row?.Settings is not null)
        .OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value.Created));

    private sealed class Table(DateTimeOffset created) : IPrimitiveTable
    {
        private readonly Dictionary<string, SessionRow> _sessions = [];

        public DateTimeOffset Created => created;

        public PrimitiveRow? Row { get; private set; }

        public Task<PrimitiveRow?> FindAsync(CancellationToken cancellationToken) => Task.FromResult(Row);

        public Task<bool> CreateAsync(PrimitiveRow? deleted, byte[] settings, CancellationToken cancellationToken) =>
            ChangeAsync(() => Row == deleted, () => Row = new(deleted?.Epoch + 1 ?? 1, settings, null, null));

        public Task<bool> TakeOverAsync(PrimitiveRow row, CancellationToken cancellationToken) =>
            ChangeAsync(() => Row == row, () => Row = row with { Epoch = row.Epoch + 1, Sessions = null });

        public Task<List<SessionRow>> ReadSessionsAsync(CancellationToken cancellationToken)
        {
            lock (_sessions) return Task.FromResult<List<SessionRow>>([.. _sessions.Values]);
        }

        public Task<bool> WriteAsync(long epoch, PrimitiveChanges changes, CancellationToken cancellationToken) => ChangeAsync(() => Row?.Epoch == epoch, () =>
        {
            if (changes.State is not null) Row = Row! with { State = changes.State };
            foreach (var session in changes.Sessions) _sessions[session.Session] = session;
            foreach (var session in changes.Forgotten) _sessions.Remove(session);
        });

        public Task<bool> LeaveAsync(long epoch, IEnumerable<string> sessions, CancellationToken cancellationToken) =>
            ChangeAsync(() => Row?.Epoch == epoch, () => Row = Row! with { Sessions = [.. sessions] });

        public Task<bool> DeleteAsync(long epoch, IEnumerable<StoreStatement> others, CancellationToken cancellationToken) => ChangeAsync(() => Row?.Epoch == epoch, () =>
        {
            Row = new(epoch, null, null, null);
            _sessions.Clear();
        });

        private Task<bool> ChangeAsync(Func<bool> isCurrent, Action change)
        {
            lock (_sessions)
            {
                if (!isCurrent()) return Task.FromResult(false);
                change();
                return Task.FromResult(true);
            }
        }
    }
}
