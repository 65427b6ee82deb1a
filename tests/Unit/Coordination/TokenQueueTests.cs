using CsCheck;
using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Coordination.RateLimiting;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>Who gets the permits of a bucket, and when.</summary>
public sealed class TokenQueueTests
{
    private static readonly RateLimit TenASecond = new() { Permits = 10, Period = TimeSpan.FromSeconds(1), Burst = 2 };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Permits_come_one_by_one_in_the_order_of_those_who_wait()
    {
        using var queue = new TokenQueue(TenASecond, _time);
        TokenWaiter[] waiters = [.. Enumerable.Range(0, 6).Select(_ => queue.Enter(1))];
        Assert.Equal([true, true, false, false, false, false], waiters.Select(IsGranted));
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(IsGranted(waiters[2]));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([true, true, true, false, false, false], waiters.Select(IsGranted));
        for (var i = 3; i < 6; i++)
        {
            Assert.False(IsGranted(waiters[i]));
            _time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.True(IsGranted(waiters[i]));
        }
        Assert.All(waiters, waiter => Assert.True(IsGranted(waiter)));
        Assert.Equal(0, queue.WaiterCount);
    }

    [Fact]
    public void A_timer_that_comes_late_lets_no_more_pass_at_once_than_the_burst()
    {
        using var queue = new TokenQueue(TenASecond, _time);
        TokenWaiter[] waiters = [.. Enumerable.Range(0, 6).Select(_ => queue.Enter(1))];
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([true, true, true, true, false, false], waiters.Select(IsGranted));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal([true, true, true, true, true, false], waiters.Select(IsGranted));
    }

    [Fact]
    public void Nobody_overtakes_one_who_wants_more()
    {
        using var queue = new TokenQueue(TenASecond, _time);
        Assert.True(queue.TryTake(1));
        var (much, little) = (queue.Enter(2), queue.Enter(1));
        Assert.Equal((false, false, false), (IsGranted(much), IsGranted(little), queue.TryTake(1)));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal((true, false), (IsGranted(much), IsGranted(little)));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(IsGranted(little));
    }

    [Fact]
    public void Who_leaves_takes_nothing_and_the_next_goes_on_at_once()
    {
        using var queue = new TokenQueue(TenASecond, _time);
        Assert.True(queue.TryTake(1));
        var (much, little) = (queue.Enter(2), queue.Enter(1));
        queue.Leave(much);
        Assert.True(IsGranted(little));
        // What was granted and not used comes back.
        queue.Leave(little);
        Assert.True(queue.TryTake(1));
        Assert.False(queue.TryTake(1));
    }

    [Fact]
    public void It_tells_when_it_may_be_forgotten()
    {
        using var queue = new TokenQueue(TenASecond, _time);
        Assert.Equal(TimeSpan.Zero, queue.UntilFull);
        Assert.True(queue.TryTake(2));
        Assert.Equal(TimeSpan.FromMilliseconds(200), queue.UntilFull);
        queue.Enter(1);
        Assert.Null(queue.UntilFull);
    }

    [Fact]
    public void Whoever_comes_and_goes_the_order_holds_and_the_rate_too() => Gen.Select(
        Gen.Int[1, 20], Gen.Int[1, 10], Gen.Select(Gen.Int[0, 3], Gen.Int[1, 10], Gen.Int[0, 400]).Array[1, 80]).Sample((permits, burst, steps) =>
    {
        var limit = new RateLimit { Permits = permits, Period = TimeSpan.FromSeconds(1), Burst = burst };
        var time = new FakeTimeProvider();
        using var queue = new TokenQueue(limit, time);
        List<TokenWaiter> waiting = [];
        var (taken, now) = (0L, 0L);
        foreach (var (what, amount, pause) in steps)
        {
            switch (what)
            {
                case 0:
                    waiting.Add(queue.Enter(Math.Min(amount, burst)));
                    break;
                case 1 when waiting.Count > 0:
                    var leaving = waiting[amount % waiting.Count];
                    waiting.Remove(leaving);
                    queue.Leave(leaving);
                    break;
                case 2:
                    if (queue.TryTake(Math.Min(amount, burst)))
                    {
                        Assert.Empty(waiting);
                        taken += Math.Min(amount, burst);
                    }
                    break;
                default:
                    time.Advance(TimeSpan.FromMilliseconds(pause));
                    now += pause;
                    break;
            }
            // Those who have permits are the first, without a gap.
            var granted = waiting.TakeWhile(IsGranted).ToArray();
            Assert.DoesNotContain(waiting.Skip(granted.Length), IsGranted);
            taken += granted.Sum(waiter => waiter.Permits);
            waiting.RemoveRange(0, granted.Length);
            Assert.Equal(waiting.Count, queue.WaiterCount);
            Assert.True(taken * 1000 <= burst * 1000 + now * permits, $"{taken} in {now} ms at {limit}");
        }
        // The head is never forgotten.
        for (var i = 0; i < 1_000; i++) time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(waiting, waiter => Assert.True(IsGranted(waiter)));
    });

    private static bool IsGranted(TokenWaiter waiter) => waiter.Granted.IsCompleted;
}
