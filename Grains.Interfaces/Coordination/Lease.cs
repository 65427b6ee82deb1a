namespace OrleansAsync.Coordination;

/// <summary>What was acquired: a lock, or a permit of a semaphore. Disposing it releases.</summary>
/// <remarks>
/// <para><b>asyncio:</b> what <c>async with</c> keeps for itself.</para>
/// <para><b>Cluster:</b> a hold of a cluster form is renewed in the background as long as this process lives and reaches the cluster. What guards
/// against a holder that was cut off and does not know it yet is the fencing number, at a resource that checks it.</para>
/// </remarks>
public sealed class Lease : IAsyncDisposable
{
    private readonly System.Threading.Lock _gate = new();
    private readonly PrimitiveHandle _handle;
    private PrimitiveCall _call;
    private Answer _answer;
    private CancellationTokenSource? _lost;
    private bool _isDisposed;

    internal Lease(PrimitiveHandle handle, PrimitiveCall call)
    {
        (_handle, _call) = (handle, call);
        call.Lease = this;
    }

    /// <summary>Gets which of the permits it is: from 0 up, always 0 for a lock.</summary>
    /// <remarks><b>asyncio:</b> has none. Two who hold at the same time have different slots.</remarks>
    public long Slot => Answer.Value;

    /// <summary>Gets a number that is higher than that of every earlier hold. Send it along to what the lock protects, and let that refuse a lower one than it has seen.</summary>
    /// <remarks>
    /// <b>Cluster:</b> it rises from hold to hold, of each slot, through every loss of a silo. A condition's wait ends with a new hold and so with a
    /// higher number.
    /// </remarks>
    public long FencingNumber => Answer.Fence;

    /// <summary>Gets a token that fires when the lease was lost: others may hold by then, so stop what the hold protects.</summary>
    /// <remarks><b>Cluster:</b> that is when this process could not renew it in time. The lease of a local form is never lost, and a release is no loss.</remarks>
    public CancellationToken LeaseLost
    {
        get
        {
            lock (_gate)
            {
                if (_lost is null)
                {
                    _lost = new CancellationTokenSource();
                    WatchLoss();
                }
                return _lost.Token;
            }
        }
    }

    // Of the last hold, while a condition is waited for.
    private Answer Answer
    {
        get
        {
            lock (_gate) return _call.Answered.IsCompletedSuccessfully ? _call.Answered.Result : _answer;
        }
    }

    /// <summary>Releases it. Does nothing the second time, or if the lease was lost.</summary>
    /// <exception cref="InvalidOperationException">A condition is being waited for with it.</exception>
    /// <remarks>
    /// <b>asyncio:</b> the end of <c>async with</c>. It counts even if somebody has released this very hold by <c>ReleaseAsync</c>: a semaphore then has
    /// got two permits back, or one more than before, as there.
    /// </remarks>
    public ValueTask DisposeAsync()
    {
        PrimitiveCall call;
        lock (_gate)
        {
            if (!_call.Answered.IsCompleted) throw new InvalidOperationException($"{_handle} is not held: a condition is being waited for. Cancel that wait and await it, then release.");
            if (_isDisposed) return default;
            (_isDisposed, call) = (true, _call);
        }
        if (_handle.Primitive.TryTakeHold(call)) _handle.Primitive.Withdraw(call);
        else if (_handle.Kind == SemaphoreSettings.KindName && !call.IsLost && call.Answered.IsCompletedSuccessfully) return new(_handle.ReleaseAnotherAsync());
        return default;
    }

    /// <summary>A condition is waited for, and what is held then is held by another request.</summary>
    internal void MoveTo(PrimitiveCall call)
    {
        lock (_gate)
        {
            if (_call.Answered.IsCompletedSuccessfully) _answer = _call.Answered.Result;
            (_call, call.Lease) = (call, this);
            if (_lost is not null) WatchLoss();
        }
    }

    private void WatchLoss() => _call.Lost.UnsafeRegister(static lost => ((CancellationTokenSource)lost!).Cancel(), _lost);
}
