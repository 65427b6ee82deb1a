using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Scenarios;

namespace OrleansAsync.Tests.Unit.Scenarios;

/// <summary>What a timeline makes of what it is told, in whatever order.</summary>
public sealed class TimelineTests
{
    private static readonly ScenarioTask Started = new("c1.1.1", 0, "Task-1", "main", "loop", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), null, null);
    private static readonly ScenarioTask Ended = Started with { Ended = TimeSpan.FromSeconds(4), Outcome = OutcomeKind.Succeeded };

    private readonly FakeTimeProvider _time = new();
    private readonly Timeline _timeline;

    public TimelineTests() => _timeline = new(_time, TimeSpan.FromSeconds(10));

    [Fact]
    public void A_task_has_ended_though_its_start_is_heard_of_later()
    {
        _timeline.Add(Ended);
        _timeline.Add(Started);
        Assert.Equal([Ended], _timeline.Take().Tasks);
    }

    [Fact]
    public void A_task_that_is_started_again_runs_again()
    {
        _timeline.Add(Ended);
        _timeline.Add(Started with { Attempt = 1, Started = TimeSpan.FromSeconds(6) });
        _timeline.Add(Ended);
        var task = Assert.Single(_timeline.Take().Tasks);
        Assert.Equal((1, null), (task.Attempt, task.Ended));
    }

    [Fact]
    public void Tasks_stand_below_their_creators_in_the_order_of_their_creation()
    {
        foreach (var id in new[] { "c1.1.2", "c1.1.1.10", "c1.1.1.9", "c1.1.1" }) _timeline.Add(Ended with { Task = id });
        Assert.Equal(["c1.1.1", "c1.1.1.9", "c1.1.1.10", "c1.1.2"], _timeline.Take().Tasks.Select(task => task.Task));
    }

    [Fact]
    public void Time_goes_on_from_what_was_told_and_the_axis_grows_beyond_what_was_expected()
    {
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(10)), (_timeline.Take().Now, _timeline.Take().Span));
        // The program needed three seconds to start, and the news one more.
        _time.Advance(TimeSpan.FromSeconds(6));
        _timeline.Add(Started);
        Assert.Equal(TimeSpan.FromSeconds(2), _timeline.Take().Now);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(10)), (_timeline.Take().Now, _timeline.Take().Span));
        // What comes quicker tells more truly when the run began.
        _timeline.Add(Started with { Task = "c1.1.2", Started = TimeSpan.FromSeconds(8) });
        Assert.Equal(TimeSpan.FromSeconds(8), _timeline.Take().Now);
        _time.Advance(TimeSpan.FromSeconds(12));
        Assert.Equal((TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20)), (_timeline.Take().Now, _timeline.Take().Span));
    }

    [Fact]
    public void When_all_have_ended_the_axis_is_as_long_as_what_was()
    {
        _timeline.Add(Ended);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4)), (_timeline.Take().Now, _timeline.Take().Span));
    }

    [Fact]
    public void Reports_are_no_lines()
    {
        _timeline.Add(new ScenarioLine("c1.1.1", 1, "Task-1", "loop", "printed"));
        _timeline.Add(new ScenarioLine("c1.1.1", 2, "Task-1", "loop", "reported", IsReport: true));
        Assert.Equal(["printed"], _timeline.Take().Lines);
    }
}
