using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using OrleansAsync.Tests.Unit.Execution;

namespace OrleansAsync.Tests.Unit.Tasks;

/// <summary>Which clock limits follow.</summary>
public sealed class TimeoutScopeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_wall_clock_that_jumps_ends_no_timeout()
    {
        var clock = new JumpingClock();
        var loop = NewLoop(clock);
        await loop.TimeoutAsync(Limit, async scope =>
        {
            foreach (var jump in (TimeSpan[])[TimeSpan.FromDays(365), -TimeSpan.FromDays(730)])
            {
                clock.Jump += jump;
                Assert.Equal(Limit, scope.When);
                await scope.SleepAsync(TimeSpan.Zero);
                Assert.False(scope.IsExpired);
            }
            clock.Advance(Limit / 2);
            Assert.Equal((Limit / 2, Limit / 2), (scope.When, loop.TimeLeft));
        }).Soon();
    }

    [Fact]
    public async Task It_ends_at_its_limit_and_not_before_also_beyond_what_a_timer_takes()
    {
        var clock = new JumpingClock();
        var loop = NewLoop(clock);
        var limit = TimeSpan.FromDays(400);
        ITimeoutScope scope = null!;
        var timeout = loop.TimeoutAsync(limit, block => (scope = block).Await(token => Task.Delay(Timeout.Infinite, token)));
        for (var day = 0; day < 399; day++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            await Task.Yield();
        }
        Assert.False(scope.IsExpired);
        await Patience.Until(() =>
        {
            clock.Advance(TimeSpan.FromDays(1));
            return timeout.IsCompleted;
        });
        Assert.Contains("400.00:00:00", (await Assert.ThrowsAsync<TimeoutException>(() => timeout)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_limit_is_too_long()
    {
        var loop = NewLoop(new JumpingClock());
        Assert.Equal(1, await loop.TimeoutAsync(TimeSpan.MaxValue, scope => Task.FromResult(scope.When is null ? 1 : 2)).Soon());
    }

    [Fact]
    public async Task What_is_left_is_measured_when_a_task_is_sent_and_runs_down_where_it_waits()
    {
        await using var cluster = new FakeCluster(1) { ClockRuns = false };
        var sender = new Sender(cluster);
        await sender.OpenAsync();
        var left = new TaskCompletionSource<(TimeSpan?, TimeSpan?)>();
        var batch = sender.Batch((1, "c1", Inline.Do(body =>
        {
            var before = body.TimeLeft;
            cluster.Time.Advance(Limit * 2);
            left.SetResult((before, body.TimeLeft));
            return Task.CompletedTask;
        })));
        await sender.SendAsync(batch with { Starts = [batch.Starts[0] with { TimeLeft = Limit }] });
        Assert.Equal((Limit, TimeSpan.Zero), await left.Task.Soon());
    }

    private static ClusterLoop NewLoop(TimeProvider time) => new TaskOwner("c1", isLoop: false, null!, null!, time, TaskScheduler.Default, NullLogger.Instance).Loop;

    /// <summary>A clock whose time of day somebody sets.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private readonly FakeTimeProvider _steady = new();

        public TimeSpan Jump { get; set; }

        public override long TimestampFrequency => _steady.TimestampFrequency;

        public void Advance(TimeSpan time) => _steady.Advance(time);

        public override DateTimeOffset GetUtcNow() => _steady.GetUtcNow() + Jump;

        public override long GetTimestamp() => _steady.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _steady.CreateTimer(callback, state, dueTime, period);
    }
}
