using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Serialization;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>Event loops without silos, on a network that can lose, repeat, delay and reorder what passes between them and their owners.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, FakeLoop> _loops = [];
    private readonly List<TaskOwner> _owners = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly Task _clock;

    public FakeCluster(int loops = 2, EventLoopOptions? options = null, ILogger? logger = null)
    {
        Logger = logger ?? NullLogger.Instance;
        Options = options ?? new EventLoopOptions();
        Registry = new CoroutineRegistry([typeof(Inline).Assembly], _services);
        Grains = DispatchProxy.Create<IGrainFactory, FakeGrains>();
        ((FakeGrains)(object)Grains).Cluster = this;
        for (var i = 0; i < loops; i++) Start($"loop/{i}");
        _clock = RunClockAsync();
    }

    public EventLoopOptions Options { get; }
    public ILogger Logger { get; }
    public CoroutineRegistry Registry { get; }
    public IGrainFactory Grains { get; }
    public FakeTimeProvider Time { get; } = new();
    public Serializer Serializer => _services.GetRequiredService<Serializer>();

    /// <summary>Decides what happens to a message; null delivers each once and at once.</summary>
    public Func<Fate>? Network { get; set; }

    /// <summary>The alias of a message that loops do not know: every one of theirs is.</summary>
    public string? Unreadable { get; init; }

    /// <summary>A loop that answers nothing, though it is no loop that is known to be lost.</summary>
    public string? Silent { get; set; }

    /// <summary>Lets time pass by itself, much faster than it does.</summary>
    public bool ClockRuns { get; set; } = true;

    public FakeLoop this[string key] => _loops[key];

    public ImmutableArray<string> Keys => [.. _loops.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Starts a loop; in place of one that has the key, a new incarnation whose predecessor is lost.</summary>
    public FakeLoop Start(string key) => _loops[key] = new FakeLoop(this, key);

    /// <summary>Loses a loop, whose bodies are cancelled as those of a process that is gone end; its successor knows nothing of it.</summary>
    public void Restart(string key)
    {
        var lost = _loops[key];
        Start(key);
        _ = lost.TurnAsync(loop => loop.Stop());
    }

    /// <summary>Loses a loop: nothing answers for it any more.</summary>
    public void Lose(string key) => _loops.TryRemove(key, out _);

    public TaskOwner NewClient(bool isDebug = false)
    {
        var owner = NewOwner(OwnerIds.NewClient(), isLoop: false, TaskScheduler.Default, isDebug);
        _owners.Add(owner);
        return owner;
    }

    public TaskOwner NewOwner(string id, bool isLoop, TaskScheduler scheduler, bool isDebug = false) =>
        new(id, isLoop, Grains, Serializer, Time, scheduler, Logger) { IsDebug = isDebug };

    public async Task<T> SendAsync<T>(string key, Func<EventLoop, Task<T>> call)
    {
        if (Unreadable is not null) throw new CodecNotFoundException($"Could not find a codec for {Unreadable}.");
        var fate = Network?.Invoke() ?? default;
        if (fate.Repeats) _ = RepeatLaterAsync(key, call, fate.RepeatDelay);
        if (fate.Delay > TimeSpan.Zero) await Task.Delay(fate.Delay, Time, _closing.Token);
        if (fate.LosesRequest || key == Silent) throw await NoAnswerAsync(key);
        if (fate.LosesLoop == When.Before) Restart(key);
        if (!_loops.TryGetValue(key, out var loop)) throw await NoAnswerAsync(key);
        var answer = await loop.TurnAsync(call);
        if (fate.LosesLoop == When.After) Restart(key);
        if (fate.LosesAnswer || !_loops.TryGetValue(key, out var same) || same != loop) throw await NoAnswerAsync(key);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        Network = null;
        foreach (var owner in _owners) await owner.DisposeAsync();
        await _closing.CancelAsync();
        await _clock;
        await _services.DisposeAsync();
    }

    private async Task<TimeoutException> NoAnswerAsync(string key)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), Time, _closing.Token);
        return new TimeoutException($"{key} did not answer.");
    }

    private async Task RepeatLaterAsync<T>(string key, Func<EventLoop, Task<T>> call, TimeSpan delay)
    {
        await Task.Delay(delay, Time, _closing.Token);
        if (_loops.TryGetValue(key, out var loop)) await loop.TurnAsync(call);
    }

    private async Task RunClockAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            await Task.Delay(1);
            if (ClockRuns) Time.Advance(TimeSpan.FromMilliseconds(50));
        }
    }
}

/// <summary>What a network does to one message.</summary>
internal readonly record struct Fate(bool LosesRequest, bool LosesAnswer, bool Repeats, TimeSpan Delay, TimeSpan RepeatDelay)
{
    /// <summary>When the loop that the message is for is lost: never, before it gets the message, or after.</summary>
    public When LosesLoop { get; init; }

    /// <summary>Whether the sender hears at once that there will be no answer, while the message is under way still: its gateway is gone.</summary>
    public bool LosesGateway { get; init; }

    /// <summary>How long the receiver works on it.</summary>
    public TimeSpan Work { get; init; }
}

/// <summary>When something happens to a message.</summary>
internal enum When
{
    Never,
    Before,
    After,
}

/// <summary>An event loop whose turns run one at a time, as an activation's.</summary>
internal sealed class FakeLoop
{
    private readonly TaskScheduler _turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

    public FakeLoop(FakeCluster cluster, string key)
    {
        Children = cluster.NewOwner($"{key}@{Guid.NewGuid():N}", isLoop: true, _turns, cluster.Options.Debug);
        Children.Local = Loop = new EventLoop(key, cluster.Registry, Children, cluster.Serializer, cluster.Time, cluster.Options, cluster.Logger);
    }

    public EventLoop Loop { get; }
    public TaskOwner Children { get; }

    public Task<T> TurnAsync<T>(Func<EventLoop, Task<T>> turn) =>
        Task.Factory.StartNew(() => turn(Loop), CancellationToken.None, TaskCreationOptions.DenyChildAttach, _turns).Unwrap();

    public Task<T> TurnAsync<T>(Func<EventLoop, T> turn) => TurnAsync(loop => Task.FromResult(turn(loop)));

    public Task TurnAsync(Action<EventLoop> turn) => TurnAsync(loop =>
    {
        turn(loop);
        return Task.FromResult(true);
    });
}

/// <summary>Gives out references to the loops and their directory; nothing else is asked for.</summary>
#pragma warning disable CA1852 // a proxy is made by deriving from it
internal class FakeGrains : DispatchProxy
#pragma warning restore CA1852
{
    public FakeCluster Cluster { get; set; } = null!;

    protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod?.GetGenericArguments() switch
    {
        [var type] when type == typeof(IEventLoopGrain) => new LoopReference(Cluster, (string)args![0]!),
        [var type] when type == typeof(IEventLoopDirectoryGrain) => new DirectoryReference(Cluster),
        _ => throw new NotSupportedException($"{targetMethod}"),
    };

    private sealed class LoopReference(FakeCluster cluster, string key) : IEventLoopGrain
    {
        public Task<ChannelOpened> OpenAsync(OpenChannel request) => cluster.SendAsync(key, loop => Task.FromResult(loop.Open(request)));

        public Task<SubmitReply> SubmitAsync(SubmitBatch batch) => cluster.SendAsync(key, loop => Task.FromResult(loop.Submit(batch)));

        public Task<OutcomeBatch> PollAsync(PollRequest request) => cluster.SendAsync(key, loop => loop.PollAsync(request));

        public Task<int> CancelOwnedAsync(ImmutableArray<string> owners) => cluster.SendAsync(key, loop => loop.CancelOwnedAsync(owners));

        public Task<TaskPage> ListTasksAsync(TaskQuery query) => cluster.SendAsync(key, loop => Task.FromResult(loop.List(query)));

        public Task<ImmutableArray<AwaitEdge>> GetAwaitedAsync(ImmutableArray<AwaitedTask> tasks) => cluster.SendAsync(key, loop => Task.FromResult(loop.GetAwaited(tasks)));

        public Task<CancelByIdReply> CancelByIdAsync(CancelById request) => cluster.SendAsync(key, loop => loop.CancelByIdAsync(request));

        public Task<ClusterLoopInfo> GetInfoAsync() => cluster.SendAsync(key, loop => Task.FromResult(loop.GetInfo()));

        public Task<LoopPicture> WatchAsync(LoopWatch request) => cluster.SendAsync(key, loop => Task.FromResult(loop.Watch(request)));
    }

    private sealed class DirectoryReference(FakeCluster cluster) : IEventLoopDirectoryGrain
    {
        public Task<EventLoopSet> GetLoopsAsync(ImmutableArray<string> known) => Task.FromResult(new EventLoopSet(cluster.Keys, [.. known.Except(cluster.Keys)]));
    }
}
