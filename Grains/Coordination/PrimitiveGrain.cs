using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using OrleansAsync.Coordination.Protocol;
using OrleansAsync.Execution;
using OrleansAsync.Storage;

namespace OrleansAsync.Coordination;

/// <summary>The grain of a primitive. Its rules are its core's, its sessions the host's; here are the store, timers and messages.</summary>
/// <remarks>
/// Derived classes are reentrant, kept alive and immovable: polls wait while other messages come, and the state lives here. Orleans may have two
/// activations for a moment: only the one that took the row over last may grant what excludes others, as it waits until all leases of the other are over.
/// </remarks>
internal abstract partial class PrimitiveGrain(IServiceProvider services, TimeProvider time, Serializer serializer, IOptions<CoordinationOptions> options, ILogger logger)
    : Grain, IPrimitiveGrain, IDisposable
{
    private static readonly TimeSpan MaxPoll = TimeSpan.FromSeconds(10);

    private readonly IStore? _store = services.GetService<IStore>();
    private readonly HashSet<string> _deleted = [];
    private readonly TimeSpan _lease = options.Value.LeaseDuration;
    private IPrimitiveTable _table = null!;
    private TaskScheduler _turns = null!;
    private ITimer? _upkeep;
    private Task? _opening;
    private PrimitiveHost? _host;
    private PrimitiveSettings? _settings;
    private string? _whyNot;

    private string Key => this.GetPrimaryKeyString();

    /// <summary>The database; null in a cluster within one process, which needs none for anything that is lost with it.</summary>
    protected IStore? Store => _store;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _turns = TaskScheduler.Current;
        if (_store is not null) _table = new PrimitiveTable(_store, Key, time);
        else if (services.GetService<InProcessPrimitives>() is { } inProcess) _table = inProcess.Open(Key, time);
        else _whyNot = "the cluster has none; use silo processes (--cluster local or @FILE), or give silos of your own UseSqliteStore or UsePostgreSqlStore";
        _watched = (time as IVirtualTime)?.Add(this);
        var period = _lease / 6;
        // No timer of the grain: in a test's virtual time it would move with it.
        _upkeep = time.ForUpkeep().CreateTimer(_ => Task.Factory.StartNew(CareAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _turns), null, period, period);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_host is not { } host) return;
        _host = null;
        host.WakeAll();
        try
        {
            if (_commit is { } commit) await commit.WaitAsync(cancellationToken);
            var sessions = host.Sessions.Where(session => session.Live.Count > 0).Select(session => session.Id);
            await _table.LeaveAsync(host.Epoch, sessions, cancellationToken);
        }
#pragma warning disable CA1031 // whoever takes it over takes it for lost, and waits out a lease
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotLeft(logger, Key, e);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _upkeep?.Dispose();
        _watched?.Dispose();
    }

    public async Task<PrimitiveReply> SendAsync(PrimitiveBatch batch)
    {
        if (batch.Settings is { } asked && FindObstacle(asked) is { } obstacle) return Refuse(obstacle);
        if (_host is null && await OpenAsync(batch.Settings) is { } refusal) return refusal;
        if (batch.Settings is { } settings && settings != _settings)
            return Refuse($"'{PrimitiveKey.ParseName(Key)}' is {_settings!.Describe()}; it cannot be {settings.Describe()} too. Use another name, or delete it first.");
        if (_deleted.Contains(batch.Session)) return Refuse(WasDeleted);
        if (_host is not { } host) return TryAgain;
        var status = host.Apply(batch, out var session, out var firstArrival);
        session?.Calls += 1;
        await SettleAsync(host);
        session?.Calls -= 1;
        return _host == host ? host.Reply(batch.Session, status, firstArrival) : _deleted.Contains(batch.Session) ? Refuse(WasDeleted) : TryAgain;
    }

    public async Task<PrimitiveReply> PollAsync(PrimitivePoll poll)
    {
        if (_host is null && await OpenAsync(null) is { } refusal) return refusal;
        if (_host is { } host)
        {
            var status = host.Hear(poll, out var session);
            if (status != PrimitiveStatus.Ok) return _deleted.Contains(poll.Session) ? Refuse(WasDeleted) : host.Reply(poll.Session, status);
            if (!session!.HasNews) await session.NextNews().PollAsync(_lease / 3 < MaxPoll ? _lease / 3 : MaxPoll, time);
            if (_host == host) return host.Reply(poll.Session, session.IsExpired ? PrimitiveStatus.Expired : PrimitiveStatus.Ok);
        }
        return _deleted.Contains(poll.Session) ? Refuse(WasDeleted) : TryAgain;
    }

    public async Task<PrimitiveInfo?> GetInfoAsync()
    {
        if (_host is null) await OpenAsync(null);
        if (_host is not { } host) return null;
        var requests = host.Sessions.SelectMany(session => session.Live.Values).ToArray();
        var holders = requests.Where(request => request.IsHeld).OrderBy(request => request.Since).ToArray();
        var waiters = requests.Where(request => !request.IsAnswered).OrderBy(request => request.Arrival).ToArray();
        return new(
            PrimitiveKey.ParseName(Key), _settings!.Kind, services.GetRequiredService<ILocalSiloDetails>().SiloAddress.Endpoint.ToString(), host.Core.Figures,
            [.. holders.Take(100).Select(Describe)], [.. waiters.Take(100).Select(Describe)], holders.Length, waiters.Length, host.IsRecovering);
    }

    public async Task<bool> DeleteAsync()
    {
        if (_host is null) await OpenAsync(null);
        if (_host is not { } host) return false;
        if (_commit is { } commit) await commit;
        if (_host != host) return false;
        _host = null;
        foreach (var session in host.Clear()) _deleted.Add(session);
        var deletion = _table.DeleteAsync(host.Epoch, Delete(), CancellationToken.None);
        // Whoever asks meanwhile waits for the end of it, rather than take over what is about to go.
        _opening = deletion;
        return await deletion;
    }

    /// <summary>Makes the statements that delete what a derived class stores, besides the row.</summary>
    protected virtual IEnumerable<StoreStatement> Delete() => [];

    /// <summary>Tells why a derived class cannot be what is asked for; null if it can.</summary>
    protected virtual string? FindObstacle(PrimitiveSettings settings) => null;

    /// <summary>Reads what a derived class stores, besides the row, into a new core.</summary>
    protected virtual Task LoadAsync(PrimitiveCore core) => Task.CompletedTask;

    /// <summary>Takes the statements that store what has changed since the last call, besides the row.</summary>
    protected virtual IEnumerable<StoreStatement> TakeWrites(PrimitiveCore core) => [];

    private string WasDeleted => $"'{PrimitiveKey.ParseName(Key)}' ({PrimitiveKey.ParseKind(Key)}) was deleted.";

    private static PrimitiveReply TryAgain => new(PrimitiveStatus.TryAgain, 0, default, 0, 0, 0, []);

    private static PrimitiveReply Refuse(string reason) => new(PrimitiveStatus.Refused, 0, default, 0, 0, 0, [], reason);

    private PrimitiveParty Describe(RemoteRequest request) => new(request.Asker ?? request.Session.Id, request.Answer.Value, request.Answer.Fence, time.GetElapsedTime(request.Since));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Primitive {Key} could not note who has it; whoever takes it over waits out a lease.")]
    private static partial void LogNotLeft(ILogger logger, string key, Exception exception);
}
