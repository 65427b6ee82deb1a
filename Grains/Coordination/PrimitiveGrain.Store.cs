using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrleansAsync.Coordination.Protocol;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;

namespace OrleansAsync.Coordination;

/// <content>Taking the primitive over, storing what must survive, and leaving.</content>
internal abstract partial class PrimitiveGrain : IVirtualTimePart
{
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    private readonly List<StoreStatement> _writes = [];
    private readonly Dictionary<Session, long> _unshown = [];
    private readonly List<string> _forgotten = [];
    private byte[]? _state;
    private Task? _commit;
    private long _version;
    private long _stored;
    private bool _isDisposed;
    private IDisposable? _watched;

    /// <summary>Makes this activation the one whose writes count; tells why it cannot.</summary>
    private async Task<PrimitiveReply?> OpenAsync(PrimitiveSettings? settings)
    {
        if (_whyNot is not null) return Refuse($"A {PrimitiveKey.ParseKind(Key)} over the cluster needs a store: {_whyNot}.");
        if (_opening is not { IsCompleted: false }) _opening = TakeOverAsync(settings);
        try
        {
            await _opening;
        }
        catch (ProgramException e) when (e.IsInput)
        {
            // Such as a store that a newer program wrote. The next caller's activation looks again.
            DeactivateOnIdle();
            return Refuse($"A {PrimitiveKey.ParseKind(Key)} over the cluster needs a store: {e.Message}.");
        }
        // Whoever opened it meanwhile may have had no settings, so that there is none.
        return _host is not null ? null : settings is null ? Refuse(WasDeleted) : TryAgain;
    }

    private async Task TakeOverAsync(PrimitiveSettings? settings)
    {
        var row = await _table.FindAsync(CancellationToken.None);
        if (row?.Settings is null)
        {
            if (settings is null || !await _table.CreateAsync(row, serializer.SerializeToArray(settings), CancellationToken.None)) return;
            var made = settings.CreateCore();
            await LoadAsync(made);
            Begin(settings, made, (row?.Epoch ?? 0) + 1, []);
            return;
        }
        var stored = serializer.Deserialize<PrimitiveSettings>(row.Settings)!;
        if (!await _table.TakeOverAsync(row, CancellationToken.None)) return;
        var core = stored.CreateCore();
        if (row.State is not null) core.LoadState(serializer.Deserialize<PrimitiveState>(row.State)!);
        await LoadAsync(core);
        var sessions = await _table.ReadSessionsAsync(CancellationToken.None);
        Begin(stored, core, row.Epoch + 1, sessions.ToDictionary(
            session => session.Session, session => new StoredSession(session.Applied, serializer.Deserialize<ImmutableArray<PrimitiveAnswer>>(session.Answers))));
        _host!.BeginRecovery(row.Sessions);
        if (_host.IsRecovering && row.Sessions is null) LogRecovering(logger, Key, _lease.TotalSeconds);
    }

    private void Begin(PrimitiveSettings settings, PrimitiveCore core, long epoch, Dictionary<string, StoredSession> sessions)
    {
        core.LastFence = epoch << 32;
        _settings = settings;
        // What a former host of this activation could not store was never seen, and is asked again.
        _state = null;
        _writes.Clear();
        _unshown.Clear();
        _forgotten.Clear();
        _host = new PrimitiveHost(core, epoch, time, _lease) { Stored = sessions };
    }

    /// <summary>Stores what the last messages have changed, and then lets their answers be seen. What changed nothing waits only for what was before it.</summary>
    private async ValueTask SettleAsync(PrimitiveHost host)
    {
        var answered = host.TakeAnswered();
        var before = _writes.Count;
        _writes.AddRange(TakeWrites(host.Core));
        var isChanged = _writes.Count > before;
        if (host.Core.IsChanged && host.Core.SaveState() is { } state) (_state, isChanged) = (serializer.SerializeToArray(state), true);
        if (!isChanged && _stored == _version)
        {
            foreach (var (session, given) in answered) session.Show(given);
            return;
        }
        foreach (var (session, given) in answered) _unshown[session] = given;
        var version = ++_version;
        while (_stored < version && _host == host)
        {
            if (_commit is not { IsCompleted: false }) _commit = CommitAsync(host);
            await _commit;
        }
    }

    private async Task CommitAsync(PrimitiveHost host)
    {
        var version = _version;
        var shown = _unshown.ToArray();
        var changes = new PrimitiveChanges(
            _state, [.. shown.Select(entry => new SessionRow(entry.Key.Id, entry.Key.Applied, serializer.SerializeToArray(entry.Key.Settled)))], [.. _forgotten], [.. _writes]);
        _state = null;
        _unshown.Clear();
        _forgotten.Clear();
        _writes.Clear();
        if (!changes.IsEmpty && !await WriteAsync(host, changes)) return;
        _stored = version;
        foreach (var (session, given) in shown) session.Show(given);
    }

    private async Task<bool> WriteAsync(PrimitiveHost host, PrimitiveChanges changes)
    {
        while (!_isDisposed)
        {
            try
            {
                if (await _table.WriteAsync(host.Epoch, changes, CancellationToken.None)) return true;
                Supersede(host);
                return false;
            }
            catch (StoreUnavailableException e)
            {
                LogNotStored(logger, Key, e);
            }
#pragma warning disable CA1031 // whatever it is, what is stored is not known, and the next activation reads it
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogNotKnown(logger, Key, e);
                Supersede(host);
                return false;
            }
            await Task.Delay(StorePause, time.ForUpkeep());
        }
        return false;
    }

    /// <summary>Another activation has the primitive: whoever asks is sent there.</summary>
    private void Supersede(PrimitiveHost host)
    {
        if (_host != host) return;
        _host = null;
        host.WakeAll();
        DeactivateOnIdle();
    }

    /// <summary>Ends leases, goes on after a loss, and lets a primitive go that nobody uses.</summary>
    private async Task CareAsync()
    {
        if (_isDisposed) return;
        if (_host is not { } host)
        {
            // Deleted, or asked for and never made.
            if (_opening is not { IsCompleted: false }) DeactivateOnIdle();
            return;
        }
        EndLeases();
        host.EndRecovery();
        await SettleAsync(host);
        if (!host.IsUnused || _host != host) return;
        // Nobody will ask for one without a name again.
        if (!PrimitiveKey.IsNamed(Key)) await DeleteAsync();
        else if (!host.Core.IsBusy) DeactivateOnIdle();
    }

    private void EndLeases()
    {
        if (_host is not { } host) return;
        host.ExpireLeases();
        // They go with the next write: it may well be that nothing of them is stored.
        _forgotten.AddRange(host.TakeForgotten());
    }

    TaskScheduler IVirtualTimePart.Scheduler => _turns;

    string? IVirtualTimePart.FindActivity(IVirtualTime virtualTime) => _commit is { IsCompleted: false } ? $"primitive {Key} stores its state" : null;

    TimeSpan? IVirtualTimePart.UntilLeaseEnds(Func<string, bool> isSilent) => _host?.UntilLeaseEnds(isSilent);

    void IVirtualTimePart.RenewLeases(Func<string, bool> isSilent, TimeSpan later) => _host?.RenewLeases(isSilent, later);

    void IVirtualTimePart.EndLeases() => _ = CareAsync();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Primitive {Key} was lost with its silo: for {Seconds} s it grants nothing new, until those who do not report what they hold have lost it.")]
    private static partial void LogRecovering(ILogger logger, string key, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "Primitive {Key} could not store its state; it begins again with what is stored.")]
    private static partial void LogNotKnown(ILogger logger, string key, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Primitive {Key} cannot store its state; it tries again.")]
    private static partial void LogNotStored(ILogger logger, string key, Exception exception);
}
