using System.Buffers;
using Orleans.Serialization;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Tasks.Detached;

/// <summary>A detached task while it is driven. It stays serialized, coroutine and outcome: only the loop that runs it needs to know its types.</summary>
internal sealed class DetachedRun : OwnedTask
{
    private readonly byte[] _coroutine;
    private byte[]? _payload;
    private OutcomeKind _kind;

    public DetachedRun(ClusterLoop owner, DetachedRow row)
        : base(owner, row.Number, new TaskOptions { Name = row.Name, OnLoss = row.IsAtMostOnce ? OnLoss.Fail : OnLoss.Restart, MaxRestarts = row.MaxRestarts }) =>
        (_coroutine, Retention, Attempt, Losses) = (row.Coroutine, row.Retention, row.Attempt, row.Losses);

    /// <summary>Gets how long its outcome is kept.</summary>
    public TimeSpan Retention { get; }

    /// <summary>Gets or sets the last cancel that was requested.</summary>
    public Guid CancelRequest { get; set; }

    /// <summary>Completes when its outcome is in the store, or this activation does not drive it any more.</summary>
    public TaskCompletionSource Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets whether it runs on no loop.</summary>
    public bool IsUnplaced => Channel is null || Serial == 0;

    public (OutcomeKind Kind, byte[] Payload) GetOutcome(Serializer serializer) =>
        _payload is not null ? (_kind, _payload)
        : Error is ClusterTaskCanceledException canceled ? (OutcomeKind.Canceled, serializer.SerializeToArray(canceled.CancelMessage))
        : (OutcomeKind.Failed, serializer.SerializeToArray(TaskFailure.From(RetrieveError()!, serializer)));

    internal override void WriteCoroutine(Serializer serializer, IBufferWriter<byte> writer) => writer.Write(_coroutine);

    internal override void Complete(OutcomeKind kind, ReadOnlySpan<byte> payload, Serializer serializer)
    {
        (_kind, _payload) = (kind, payload.ToArray());
        if (kind == OutcomeKind.Canceled) Cancel(null);
        else Succeed();
    }

    private protected override void SetResult(ReadOnlySpan<byte> payload, Serializer serializer) { }
}
