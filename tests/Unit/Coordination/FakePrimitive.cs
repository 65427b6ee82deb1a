using System.Collections.Immutable;
using OrleansAsync.Coordination;
using OrleansAsync.Coordination.Protocol;
using OrleansAsync.Execution;
using OrleansAsync.Tests.Unit.Execution;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>The grain of a primitive without a silo: its host, a store that outlives it, and a network that can lose, repeat and delay messages.</summary>
internal sealed class FakePrimitive : IPrimitiveGrain, IDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
    private readonly FakeCluster _cluster;
    private readonly PrimitiveSettings _settings;
    private readonly Dictionary<string, StoredSession> _sessions = [];
    private readonly ITimer _upkeep;
    private byte[]? _state;
    private PrimitiveHost _host;

    public FakePrimitive(FakeCluster cluster, PrimitiveSettings settings)
    {
        (_cluster, _settings) = (cluster, settings);
        _host = new PrimitiveHost(settings.CreateCore(), 1, cluster.Time, Lease);
        _upkeep = cluster.Time.CreateTimer(_ => TurnAsync(Care), null, Lease / 6, Lease / 6);
    }

    /// <summary>Decides what happens to a message.</summary>
    public Func<Fate>? Network { get; set; }

    /// <summary>A session whose messages all get lost.</summary>
    public string? Silent { get; set; }

    /// <summary>The way of a client to it.</summary>
    public Primitive Connect(TaskOwner owner) => ClusterPrimitives.Find(owner.Loop, PrimitiveKey.Format(_settings.Kind, "it"), _settings, (_, _) => this);

    /// <summary>Loses the activation; the next one knows what was stored.</summary>
    public Task LoseAsync() => TurnAsync(() => Succeed(null));

    /// <summary>The activation leaves in good order.</summary>
    public Task LeaveAsync() => TurnAsync(() => Succeed([.. _host.Sessions.Where(session => session.Live.Count > 0).Select(session => session.Id)]));

    public Task<T> LookAsync<T>(Func<PrimitiveHost, T> look) => TurnAsync(() => look(_host));

    public Task<PrimitiveReply> SendAsync(PrimitiveBatch batch) => DeliverAsync(batch.Session, async work =>
    {
        var host = _host;
        var status = host.Apply(batch, out var session, out var first);
        session?.Calls += 1;
        if (work > TimeSpan.Zero) await Task.Delay(work, _cluster.Time);
        session?.Calls -= 1;
        if (_host != host) return TryAgain;
        Settle();
        return host.Reply(batch.Session, status, first);
    });

    public Task<PrimitiveReply> PollAsync(PrimitivePoll poll) => DeliverAsync(poll.Session, async _ =>
    {
        var host = _host;
        var status = host.Hear(poll, out var session);
        if (status != PrimitiveStatus.Ok) return host.Reply(poll.Session, status);
        if (!session!.HasNews) await session.NextNews().PollAsync(Lease / 3, _cluster.Time);
        return _host == host ? host.Reply(poll.Session, session.IsExpired ? PrimitiveStatus.Expired : PrimitiveStatus.Ok) : TryAgain;
    });

    public Task<PrimitiveInfo?> GetInfoAsync() => throw new NotSupportedException();

    public Task<bool> DeleteAsync() => throw new NotSupportedException();

    public void Dispose() => _upkeep.Dispose();

    private static PrimitiveReply TryAgain => new(PrimitiveStatus.TryAgain, 0, default, 0, 0, 0, []);

    private void Succeed(ImmutableArray<string>? sessions)
    {
        var core = _settings.CreateCore();
        if (_state is not null) core.LoadState(_cluster.Serializer.Deserialize<PrimitiveState>(_state)!);
        var lost = _host;
        core.LastFence = (lost.Epoch + 1) << 32;
        _host = new PrimitiveHost(core, lost.Epoch + 1, _cluster.Time, Lease) { Stored = new(_sessions) };
        _host.BeginRecovery(sessions);
        lost.WakeAll();
    }

    private void Care()
    {
        _host.ExpireLeases();
        _host.EndRecovery();
        Settle();
    }

    private void Settle()
    {
        var answered = _host.TakeAnswered();
        if (_host.Core.IsChanged && _host.Core.SaveState() is { } state)
        {
            _state = _cluster.Serializer.SerializeToArray(state);
            foreach (var (session, _) in answered) _sessions[session.Id] = new(session.Applied, session.Settled);
        }
        foreach (var (session, given) in answered) session.Show(given);
    }

    private async Task<PrimitiveReply> DeliverAsync(string session, Func<TimeSpan, Task<PrimitiveReply>> handle)
    {
        var fate = Network?.Invoke() ?? default;
        Task<PrimitiveReply> turn() => handle(fate.Work);
        if (fate.Delay > TimeSpan.Zero) await Task.Delay(fate.Delay, _cluster.Time);
        if (fate.LosesRequest || session == Silent) await NoAnswerAsync();
        if (fate.Repeats) _ = RepeatAsync(turn, fate.RepeatDelay);
        if (fate.LosesLoop == When.Before) await LoseAsync();
        if (fate.LosesGateway)
        {
            _ = TurnAsync(turn);
            throw new TimeoutException("The gateway is gone.");
        }
        var reply = await TurnAsync(turn);
        if (fate.LosesLoop == When.After) await LoseAsync();
        if (fate.LosesAnswer || fate.LosesLoop == When.After) await NoAnswerAsync();
        return reply;
    }

    private async Task RepeatAsync(Func<Task<PrimitiveReply>> turn, TimeSpan delay)
    {
        await Task.Delay(delay, _cluster.Time);
        await TurnAsync(turn);
    }

    private async Task NoAnswerAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(1), _cluster.Time);
        throw new TimeoutException("No answer.");
    }

    private Task<T> TurnAsync<T>(Func<Task<T>> turn) => Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _turns).Unwrap();

    private Task<T> TurnAsync<T>(Func<T> turn) => Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _turns);

    private Task TurnAsync(Action turn) => Task.Factory.StartNew(turn, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _turns);
}
