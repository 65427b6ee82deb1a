using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Scenarios;

/// <summary>What is known of a run while it goes on: its tasks, when each started and ended, and the lines they printed. It may be told from any thread.</summary>
/// <param name="time">The clock.</param>
/// <param name="expected">How long the run should take.</param>
internal sealed class Timeline(TimeProvider time, TimeSpan expected)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, ScenarioTask> _tasks = new(TaskIdOrder.Instance);
    private readonly List<string> _lines = [];
    private readonly long _start = time.GetTimestamp();
    private TimeSpan? _began;

    /// <summary>Learns of a task.</summary>
    /// <param name="task">The task.</param>
    public void Add(ScenarioTask task)
    {
        lock (_gate)
        {
            // What it tells of was a moment ago at least, so the run began no later than that.
            var began = time.GetElapsedTime(_start) - (task.Ended ?? task.Started ?? task.Taken);
            _began = began < _began ? began : _began ?? began;
            if (!_tasks.TryGetValue(task.Task, out var known) || task.Attempt > known.Attempt || (task.Attempt == known.Attempt && known.Ended is null)) _tasks[task.Task] = task;
        }
    }

    /// <summary>Learns of a line.</summary>
    /// <param name="line">The line; reports are for the notes of the result.</param>
    public void Add(ScenarioLine line)
    {
        lock (_gate)
        {
            if (!line.IsReport) _lines.Add(line.Text);
        }
    }

    /// <summary>Takes what is known now.</summary>
    public TimelineSnapshot Take()
    {
        lock (_gate)
        {
            var last = _tasks.Values.Select(task => task.Ended ?? task.Started ?? task.Taken).DefaultIfEmpty().Max();
            var isOver = _tasks.Count > 0 && _tasks.Values.All(task => task.Ended is not null);
            var now = _began is { } began && !isOver ? time.GetElapsedTime(_start) - began : last;
            // While it runs the bars grow towards the expected end; once over, the axis is as long as what was.
            var span = isOver ? last : now > expected ? now : expected;
            return new([.. _tasks.Values], [.. _lines], now > last ? now : last, span > Shortest ? span : Shortest);
        }
    }

    // An axis has a length.
    private static TimeSpan Shortest { get; } = TimeSpan.FromMilliseconds(1);
}

/// <summary>A run at one moment.</summary>
/// <param name="Tasks">Its tasks, in the order of the tree: each before those it created.</param>
/// <param name="Lines">What they printed.</param>
/// <param name="Now">The time since the run's start.</param>
/// <param name="Span">How much time the axis shows.</param>
internal sealed record TimelineSnapshot(IReadOnlyList<ScenarioTask> Tasks, IReadOnlyList<string> Lines, TimeSpan Now, TimeSpan Span);
