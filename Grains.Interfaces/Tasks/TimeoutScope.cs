using OrleansAsync.Execution;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <inheritdoc cref="ITimeoutScope"/>
internal sealed class TimeoutScope(ClusterLoop? waiter, ClusterLoop loop) : LoopScope(waiter, loop, AwaitKind.Timeout), ITimeoutScope
{
    // The system's timers take at most 49 days; a longer limit is looked at again then.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(10);

    private readonly Lock _gate = new();
    private CancellationTokenSource? _stop;
    private Task _watch = Task.CompletedTask;
    private TimeSpan? _limit;
    private long _deadline = Execution.Deadline.Never;
    private bool _isOver;

    public TimeSpan? When => Execution.Deadline.Left(Time, Volatile.Read(ref _deadline));

    public bool IsExpired { get; private set; }

    // Also without a limit, as it may get one.
    public override bool HasTimeLimit => true;

    /// <summary>What is left of this limit or of one around it. A block that has ended limits nothing any more.</summary>
    public override TimeSpan? Remaining => (_isOver ? null : When, base.Remaining) switch
    {
        (null, var outer) => outer,
        (var own, null) => own,
        var (own, outer) => own < outer ? own : outer,
    };

    public Task<T> RunAsync<T>(TimeSpan? limit, Func<ITimeoutScope, Task<T>> body)
    {
        Reschedule(limit);
        return RunAsync(async () =>
        {
            try
            {
                var result = await body(this);
                await CloseAsync();
                return result;
            }
            catch (OperationCanceledException e)
            {
                if (await CloseAsync() <= 0 && IsExpired) throw new TimeoutException($"The block took longer than its limit of {_limit}.", e);
                throw;
            }
            catch
            {
                await CloseAsync();
                throw;
            }
        });
    }

    public void Reschedule(TimeSpan? left)
    {
        var stop = left is null ? null : new CancellationTokenSource();
        CancellationTokenSource? before;
        lock (_gate)
        {
            if (_isOver) throw new InvalidOperationException("The block of the timeout has ended: there is nothing to reschedule.");
            if (IsExpired) throw new InvalidOperationException("The time is over and the block is being cancelled: reschedule a timeout before it expires.");
            (before, _stop, _limit) = (_stop, stop, left);
            Volatile.Write(ref _deadline, Execution.Deadline.After(Time, Time.GetTimestamp(), left));
        }
        before?.Cancel();
        if (stop is not null) _watch = WatchAsync(stop.Token);
    }

    /// <summary>Cancels the block when its time is over. With no time left it does so at once, and the block's first cancel point sees it.</summary>
    private async Task WatchAsync(CancellationToken stop)
    {
        while (When is { } left && left > TimeSpan.Zero)
        {
            // Whole milliseconds, as the system's timers cut the rest.
            var delay = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(left.TotalMilliseconds, MaxDelay.TotalMilliseconds)));
            await Task.Delay(delay, Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (stop.IsCancellationRequested) return;
        }
        lock (_gate)
        {
            if (stop.IsCancellationRequested || _isOver) return;
            IsExpired = true;
        }
        Cancel(null);
    }

    /// <summary>Takes the block's own cancel back; what is left came from outside.</summary>
    private async Task<int> CloseAsync()
    {
        lock (_gate) _isOver = true;
        _stop?.Cancel();
        await _watch;
        End();
        return IsExpired ? Uncancel() : Cancelling;
    }
}
