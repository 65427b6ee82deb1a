using CsCheck;
using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Coordination.RateLimiting;

namespace OrleansAsync.Tests.Unit.Coordination;

public sealed class TokenBucketTests
{
    private static readonly Gen<RateLimit> Limits =
        from permits in Gen.Int[1, 50]
        from period in Gen.Long[1, 50_000_000]
        from burst in Gen.Int[1, 80]
        select new RateLimit { Permits = permits, Period = new TimeSpan(period), Burst = burst };

    [Fact]
    public void In_no_span_of_time_more_leaves_than_the_burst_and_what_comes_in_it() => Gen.Select(
        Limits,
        Gen.Select(Gen.Long[0, 20_000_000], Gen.Int[1, 80], Gen.Bool).Array[1, 60],
        Gen.OneOf(Gen.Const((TimeSpan?)null), Gen.Long[0, 100_000_000].Select(ticks => (TimeSpan?)new TimeSpan(ticks)))).Sample((limit, steps, filling) =>
    {
        var time = new FakeTimeProvider();
        var bucket = new TokenBucket(limit, time, filling);
        List<(long At, int Permits)> taken = [];
        var now = 0L;
        foreach (var (wait, permits, isReturned) in steps)
        {
            time.Advance(new TimeSpan(wait));
            now += wait;
            if (!bucket.TryTake(permits)) continue;
            if (isReturned) bucket.Return(permits);
            else taken.Add((now, permits));
        }
        for (var from = 0; from < taken.Count; from++)
        {
            var sum = 0L;
            for (var to = from; to < taken.Count; to++)
            {
                sum += taken[to].Permits;
                var comes = (Int128)(taken[to].At - taken[from].At) * limit.Permits;
                Assert.True((Int128)sum * limit.Period.Ticks <= (Int128)limit.Burst * limit.Period.Ticks + comes, $"{sum} from {taken[from].At} to {taken[to].At} at {limit}");
                // One that has begun empty has not even its burst.
                var first = (Int128)(filling?.Ticks ?? long.MaxValue / 1024) * limit.Permits + (Int128)taken[to].At * limit.Permits;
                Assert.True(from > 0 || (Int128)sum * limit.Period.Ticks <= first, $"{sum} until {taken[to].At} at {limit}, filling for {filling}");
            }
        }
    });

    [Fact]
    public void It_tells_to_the_tick_when_permits_can_be_had() => Gen.Select(Limits, Gen.Int[1, 80], Gen.Int[1, 80]).Sample((limit, first, second) =>
    {
        (first, second) = (Math.Min(first, limit.Burst), Math.Min(second, limit.Burst));
        var time = new FakeTimeProvider();
        var bucket = new TokenBucket(limit, time);
        Assert.True(bucket.TryTake(first));
        var wait = bucket.Until(second);
        if (wait > TimeSpan.Zero)
        {
            time.Advance(wait - new TimeSpan(1));
            Assert.False(bucket.TryTake(second));
            time.Advance(new TimeSpan(1));
        }
        Assert.True(bucket.TryTake(second));
    });

    [Fact]
    public void It_begins_with_its_burst_and_holds_no_more()
    {
        var time = new FakeTimeProvider();
        var bucket = new TokenBucket(new RateLimit { Permits = 10, Period = TimeSpan.FromSeconds(1), Burst = 3 }, time);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.Zero, bucket.UntilFull);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => bucket.TryTake(1)));
        Assert.Equal((TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(300)), (bucket.Until(1), bucket.UntilFull));
        bucket.Return(1);
        Assert.True(bucket.TryTake(1));
    }

    [Fact]
    public void The_largest_limit_is_counted_exactly()
    {
        var time = new FakeTimeProvider();
        var bucket = new TokenBucket(new RateLimit { Permits = 1, Period = TimeSpan.FromDays(1), Burst = int.MaxValue }, time, TimeSpan.Zero);
        time.Advance(TimeSpan.FromDays(1) - new TimeSpan(1));
        Assert.False(bucket.TryTake(1));
        time.Advance(new TimeSpan(1));
        Assert.True(bucket.TryTake(1));
    }

    [Fact]
    public void Limits_are_checked_and_equal_by_what_they_say()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateLimit { Permits = 0, Period = TimeSpan.FromSeconds(1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateLimit { Permits = 1, Period = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateLimit { Permits = 1, Period = TimeSpan.FromDays(2) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RateLimit { Permits = 1, Period = TimeSpan.FromSeconds(1), Burst = 0 });
        var limit = new RateLimit { Permits = 10, Period = TimeSpan.FromSeconds(1) };
        Assert.Equal((10, "10 permits per 00:00:01, burst 10"), (limit.Burst, limit.ToString()));
        Assert.Equal(limit with { Burst = 10 }, limit);
        Assert.NotEqual(limit with { Burst = 11 }, limit);
    }
}
