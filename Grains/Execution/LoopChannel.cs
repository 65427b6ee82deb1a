using System.Buffers;
using System.Collections.Immutable;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>A loop's end of a channel: what one owner's process has running here, and the outcomes it has not acknowledged.</summary>
internal class LoopChannel(string sender, int? window)
{
    private const int MaxBatchOutcomes = 4096;
    private const int MaxBatchBytes = 512 * 1024;

    private readonly Queue<OutcomeBatch> _full = [];
    private readonly ImmutableArray<OutcomeEntry>.Builder _outcomes = ImmutableArray.CreateBuilder<OutcomeEntry>();
    private readonly PayloadWriter _payload = new();
    private OutcomeBatch? _sent;
    private long _lastBatch;
    private readonly TaskCompletionSource _delivered = NewWake();
    private TaskCompletionSource _wake = NewWake();
    private bool _isLeaving;

    public string Sender => sender;
    public int? Window => window;
    public Dictionary<long, LiveTask> Live { get; } = [];

    /// <summary>Whether its sender is gone: what its tasks leave running is nobody's.</summary>
    public bool IsExpired { get; set; }

    /// <summary>When the sender was last heard of.</summary>
    public long LastHeard { get; set; }

    /// <summary>Completes once the loop leaves and the owner has all outcomes there will be.</summary>
    public virtual Task Delivered => _delivered.Task;

    public long LastSequence { get; private set; }
    public SubmitReply? LastReply { get; private set; }

    public SubmitReply Applied(long sequence, SubmitReply reply)
    {
        LastSequence = sequence;
        return LastReply = reply;
    }

    /// <summary>Adds an outcome.</summary>
    /// <exception cref="Exception">What <paramref name="write"/> threw; nothing was added.</exception>
    public virtual void Add<TState>(long serial, OutcomeKind kind, bool leftRunning, TState state, Action<TState, IBufferWriter<byte>> write)
    {
        var before = _payload.Length;
        try
        {
            write(state, _payload);
        }
        catch
        {
            _payload.Length = before;
            throw;
        }
        _outcomes.Add(new OutcomeEntry(serial, kind, _payload.Length - before, leftRunning));
        if (_outcomes.Count >= MaxBatchOutcomes || _payload.Length >= MaxBatchBytes) _full.Enqueue(Seal());
        _wake.TrySetResult();
    }

    /// <summary>Forgets what the owner has applied, then waits for something it has not.</summary>
    public async Task<OutcomeBatch> NextAsync(long acknowledged, TimeSpan limit, TimeProvider time)
    {
        if (_sent?.Sequence <= acknowledged) _sent = null;
        TryDeliver();
        if (_sent is null && _full.Count == 0 && _outcomes.Count == 0 && !_delivered.Task.IsCompleted)
        {
            // A newer poll takes the place of one whose caller gave up.
            _wake.TrySetResult();
            _wake = NewWake();
            await _wake.Task.PollAsync(limit, time);
        }
        _sent ??= _full.TryDequeue(out var full) ? full : _outcomes.Count > 0 ? Seal() : null;
        return _sent ?? OutcomeBatch.Nothing(ChannelStatus.Ok);
    }

    /// <summary>Lets a waiting poll return, with the news that the loop leaves.</summary>
    public void Leave()
    {
        _isLeaving = true;
        TryDeliver();
        _wake.TrySetResult();
    }

    /// <summary>Lets a waiting poll return: the channel is closed.</summary>
    public void Close() => _wake.TrySetResult();

    private void TryDeliver()
    {
        if (_isLeaving && Live.Count == 0 && _sent is null && _full.Count == 0 && _outcomes.Count == 0) _delivered.TrySetResult();
    }

    private OutcomeBatch Seal() => new(ChannelStatus.Ok, ++_lastBatch, _outcomes.DrainToImmutable(), _payload.Take());

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
