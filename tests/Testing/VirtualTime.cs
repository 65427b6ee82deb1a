using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Execution;

namespace OrleansAsync.Testing;

/// <summary>The clock of a cluster in virtual time: it knows which timer is due next, who works, and who waits for what.</summary>
internal sealed class VirtualTime(DateTimeOffset start, bool outsideWorkHoldsTime, CallCounter calls) : FakeTimeProvider(start), IVirtualTime
{
    private readonly Lock _gate = new();
    private readonly SortedSet<(DateTimeOffset Due, Timer Timer)> _due = [];
    private readonly ConcurrentDictionary<ClusterLoop, (int Inside, int Outside)> _waits = [];
    private readonly ConcurrentDictionary<IVirtualTimePart, bool> _parts = [];
    private long _lastTimer;

    /// <summary>When the next timer is due; null if none is running.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate) return _due.Count > 0 ? _due.Min.Due : null;
        }
    }

    public ICollection<IVirtualTimePart> Parts => _parts.Keys;

    public IDisposable Add(IVirtualTimePart part)
    {
        _parts[part] = true;
        return new Registration(this, part);
    }

    public void OnLongPoll(Task happening, int change) => calls.OnLongPoll(happening, change);

    public void OnWait(ClusterLoop task, WaitKind kind, int change)
    {
        var waits = _waits.AddOrUpdate(task, _ => Next(default), (_, waits) => Next(waits));
        if (waits == default) _waits.TryRemove(KeyValuePair.Create(task, waits));

        (int, int) Next((int Inside, int Outside) waits) => kind == WaitKind.Inside ? (waits.Inside + change, waits.Outside) : (waits.Inside, waits.Outside + change);
    }

    public bool IsWaiting(ClusterLoop task) => !outsideWorkHoldsTime || (_waits.GetValueOrDefault(task) is var (inside, outside) && inside > 0 && outside == 0);

    /// <summary>Who waits, for a person to read.</summary>
    public string DescribeWaits() => _waits.IsEmpty ? "nobody" : string.Join(", ", _waits.Keys.Take(10).Select(task => task.TaskId is { } id ? $"task {id} ({task.Name})" : "the client"));

    /// <summary>Moves the clock and fires what is due on the way.</summary>
    public void MoveTo(DateTimeOffset time)
    {
        Advance(time - GetUtcNow());
        lock (_gate)
        {
            // Set while the clock moved, by code that nobody watches: they count from now.
            foreach (var (_, timer) in _due.TakeWhile(entry => entry.Due <= time).ToArray()) timer.Restart();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, Interlocked.Increment(ref _lastTimer));
        timer.Start(base.CreateTimer(_ =>
        {
            timer.OnFired();
            callback(state);
        }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Registration(VirtualTime time, IVirtualTimePart part) : IDisposable
    {
        public void Dispose() => time._parts.TryRemove(part, out _);
    }

    /// <summary>A timer whose due time is known.</summary>
    private sealed class Timer(VirtualTime time, long number) : ITimer, IComparable<Timer>
    {
        private ITimer _timer = null!;
        private DateTimeOffset? _due;
        private TimeSpan _delay;
        private TimeSpan _period;

        private long Number => number;

        public void Start(ITimer timer) => _timer = timer;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                (_delay, _period) = (dueTime, period);
                Restart();
            }
            return _timer.Change(dueTime, period);
        }

        public void OnFired()
        {
            lock (time._gate)
            {
                if (_due is { } due) SetDue(_period > TimeSpan.Zero ? due + _period : null);
            }
        }

        public void Dispose()
        {
            lock (time._gate) SetDue(null);
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        public void Restart() => SetDue(_delay == Timeout.InfiniteTimeSpan ? null : time.GetUtcNow() + _delay);

        public int CompareTo(Timer? other) => number.CompareTo(other!.Number);

        private void SetDue(DateTimeOffset? due)
        {
            if (_due is { } before) time._due.Remove((before, this));
            _due = due;
            if (due is { } next) time._due.Add((next, this));
        }
    }
}
