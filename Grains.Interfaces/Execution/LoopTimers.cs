using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <summary>
/// The timers of one event loop: a heap with one system timer for its head, as asyncio keeps them. Sleepers that are due wake in the same
/// turn, one after another, instead of each by a timer and a work item of its own.
/// </summary>
internal sealed class LoopTimers(TaskOwner owner)
{
    // A turn of waking sleepers is cut here, so that messages get theirs.
    private static readonly TimeSpan MaxTurn = TimeSpan.FromMilliseconds(2);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Sleeper, long> _sleepers = new();
    private ITimer? _timer;
    private long _armedFor = long.MaxValue;
    private int _cancelled;
    private bool _waking;

    private TimeProvider Time => owner.Time;

    /// <summary>How many sleepers it keeps, a few cancelled ones among them.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _sleepers.Count;
        }
    }

    /// <summary>The sleepers that are due first, and how many there are in all.</summary>
    public (Sleeper[] Nearest, int Count) GetNearest(int count)
    {
        // The latest of those found so far is the first to go.
        var nearest = new PriorityQueue<Sleeper, long>(count + 1);
        lock (_gate)
        {
            foreach (var (sleeper, due) in _sleepers.UnorderedItems)
            {
                if (sleeper.Task.IsCompleted) continue;
                if (nearest.Count < count) nearest.Enqueue(sleeper, -due);
                else if (count > 0) nearest.EnqueueDequeue(sleeper, -due);
            }
            return ([.. nearest.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)], _sleepers.Count - _cancelled);
        }
    }

    /// <summary>Starts to sleep.</summary>
    /// <param name="delay">How long.</param>
    /// <param name="waiter">Who sleeps.</param>
    public Sleeper Add(TimeSpan delay, ClusterLoop waiter)
    {
        var now = owner.Time.GetTimestamp();
        // Rounded up: a sleeper never wakes early.
        var ticks = delay.TotalSeconds * owner.Time.TimestampFrequency;
        var due = ticks < long.MaxValue / 2 ? now + (long)Math.Ceiling(ticks) : long.MaxValue;
        var sleeper = new Sleeper(this, waiter, due);
        lock (_gate)
        {
            _sleepers.Enqueue(sleeper, due);
            if (due < _armedFor && !_waking) Arm(due, now);
        }
        return sleeper;
    }

    private void Arm(long due, long now)
    {
        _armedFor = due;
        // The system's timers take at most 49 days; a longer sleep is looked at again then.
        var milliseconds = Math.Min(Math.Ceiling(Math.Max(0, due - now) * 1000.0 / owner.Time.TimestampFrequency), 1_000_000_000);
        var delay = TimeSpan.FromMilliseconds(milliseconds);
        if (_timer is null)
        {
            using var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
            _timer = owner.Time.CreateTimer(static state => ((LoopTimers)state!).Fire(), this, delay, Timeout.InfiniteTimeSpan);
        }
        else _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private void Fire()
    {
        lock (_gate)
        {
            if (_waking) return;
            _waking = true;
        }
        owner.Start(WakeAsync);
    }

    private async Task WakeAsync()
    {
        var start = owner.Time.GetTimestamp();
        while (TakeDue(out var sleeper))
        {
            sleeper.TrySetResult(true);
            if (owner.Time.GetElapsedTime(start) < MaxTurn) continue;
            await Task.Yield();
            start = owner.Time.GetTimestamp();
        }
    }

    private bool TakeDue(out Sleeper sleeper)
    {
        lock (_gate)
        {
            while (_sleepers.TryPeek(out sleeper!, out var due))
            {
                var now = owner.Time.GetTimestamp();
                if (due > now && !sleeper.Task.IsCompleted)
                {
                    _waking = false;
                    Arm(due, now);
                    return false;
                }
                _sleepers.Dequeue();
                if (!sleeper.Task.IsCompleted) return true;
                _cancelled--;
            }
            (_waking, _armedFor) = (false, long.MaxValue);
            return false;
        }
    }

    /// <summary>Cancelled sleepers leave at once when they are the majority; a few wait for their time.</summary>
    private void OnCancelled()
    {
        lock (_gate)
        {
            if (++_cancelled < 100 || _cancelled < _sleepers.Count / 2) return;
            var awake = _sleepers.UnorderedItems.Where(item => !item.Element.Task.IsCompleted).ToArray();
            _sleepers.Clear();
            _sleepers.EnqueueRange(awake);
            _cancelled = 0;
        }
    }

    /// <summary>One sleep. Whoever awaits it goes on within the turn that wakes it.</summary>
    internal sealed class Sleeper(LoopTimers timers, ClusterLoop waiter, long due) : TaskCompletionSource<bool>, IAwaited
    {
        AwaitKind IAwaited.Kind => AwaitKind.Sleep;

        public TimeSpan? Left => Deadline.Left(timers.Time, due);

        public bool HasEnded => Task.IsCompleted || Left == TimeSpan.Zero;

        /// <summary>The task that sleeps.</summary>
        public ClusterLoop Waiter => waiter.Root;

        public Task<bool> CancelAsync(string? message)
        {
            if (!TrySetException(new ClusterTaskCanceledException(message))) return System.Threading.Tasks.Task.FromResult(false);
            timers.OnCancelled();
            return System.Threading.Tasks.Task.FromResult(true);
        }
    }
}
