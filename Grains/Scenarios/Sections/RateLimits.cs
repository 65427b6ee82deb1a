using System.Globalization;
using OrleansAsync.Coordination;
using OrleansAsync.Coordination.RateLimiting;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class RateLimits : Scenario
{
    public override string Name => "rate-limiting";

    public override string Section => "The Mental Shift: From Thinking Sequentially to Thinking Concurrently";

    public override string Snippet => """"
        import asyncio
        import time

        class RateLimiter:
            """Lets one through every so many seconds."""
            def __init__(self, interval):
                self.interval, self.next = interval, 0

            async def acquire(self):
                now = time.monotonic()
                turn = max(self.next, now)
                self.next = turn + self.interval
                await asyncio.sleep(turn - now)

        async def call(number, slots, limiter):
            async with slots:            # at most two under way
                await limiter.acquire()  # at most ten a second
                print(f"call {number} begins")
                await asyncio.sleep(0.15)
                print(f"call {number} ends")

        async def main():
            slots, limiter = asyncio.Semaphore(2), RateLimiter(0.1)
            start = time.monotonic()
            await asyncio.gather(*(call(number, slots, limiter) for number in range(6)))
            print(f"six calls took {time.monotonic() - start:.2f}s")

        asyncio.run(main())
        """";

    public override string Transcript => """
          0.208  call 0 begins
          0.306  call 1 begins
          0.357  call 0 ends
          0.406  call 2 begins
          0.457  call 1 ends
          0.506  call 3 begins
          0.557  call 2 ends
          0.606  call 4 begins
          0.657  call 3 ends
          0.717  call 5 begins
          0.762  call 4 ends
          0.857  call 5 ends
          0.857  six calls took 0.65s
        # exit=0 wall=0.87s  CPython 3.11.2
        """;

    public override string Notice => """
        A semaphore bounds how many are under way, a rate limiter how many begin in a time: the two are different things. Both are of the whole cluster, so it
        does not matter which silos the six calls run on. Who is first is not promised; how many at once, and how fast, is.
        """;

    public override double Duration => 0.65;

    public override IReadOnlyList<Range> Sets => [0..12];

    public override IReadOnlyList<Counterpart> Counterparts => [new(12..13, @"^six calls took \d+\.\d\ds$")];

    public override string? Check(IReadOnlyList<string> lines)
    {
        HashSet<string> running = [];
        foreach (var line in lines.Take(12))
        {
            var call = line[..line.LastIndexOf(' ')];
            if (line.EndsWith(" begins", StringComparison.Ordinal) ? !running.Add(call) : !running.Remove(call)) return $"'{line}' is out of order";
            if (running.Count > 2) return $"more than two calls were under way: {string.Join(", ", running)}";
        }
        // Six at ten a second: the sixth comes half a second after the first.
        return double.Parse(lines[12].Split(' ')[^1].TrimEnd('s'), CultureInfo.InvariantCulture) < 0.5 ? "more than ten calls a second" : null;
    }

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.rate-limiting.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            var (slots, limiter) = (loop.Semaphore(2), $"scenario {loop.TaskId}");
            var start = loop.Time.GetTimestamp();
            await loop.GatherAsync(Enumerable.Range(0, 6).Select(number => new Call(number, slots, limiter)));
            await loop.PrintAsync($"six calls took {Since(loop, start, "0.00")}s");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.rate-limiting.call")]
    internal sealed record Call([property: Id(0)] int Number, [property: Id(1)] ClusterSemaphore Slots, [property: Id(2)] string Limiter) : Coroutine<int>;

    internal sealed class CallBody : CoroutineBody<Call, int>
    {
        protected override async Task<int> RunAsync(Call coroutine, IClusterLoop loop)
        {
            // At most two under way, at most ten a second.
            await using var slot = await coroutine.Slots.AcquireAsync();
            await loop.RateLimiter(coroutine.Limiter, new RateLimit { Permits = 10, Period = Seconds(1), Burst = 1 }).AcquireAsync("calls");
            await loop.PrintAsync($"call {coroutine.Number} begins");
            await loop.SleepAsync(Seconds(0.15));
            await loop.PrintAsync($"call {coroutine.Number} ends");
            return 0;
        }
    }
}
