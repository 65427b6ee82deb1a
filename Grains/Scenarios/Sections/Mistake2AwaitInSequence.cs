using System.Globalization;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class Mistake2AwaitInSequence : Scenario
{
    public override string Name => "mistake-2-await-in-sequence";

    public override string Section => "Common Asyncio Mistakes";

    public override string Snippet => """
        import asyncio
        import time

        async def fetch(name):
            print(f"  {name} starts")
            await asyncio.sleep(0.3)
            print(f"  {name} ends")

        async def broken():
            # WRONG: sequential code, each await ends before the next call begins
            await fetch("users")
            await fetch("orders")
            await fetch("prices")

        async def mended():
            await asyncio.gather(fetch("users"), fetch("orders"), fetch("prices"))

        async def main():
            for coroutine in (broken, mended):
                print(coroutine.__name__)
                start = time.perf_counter()
                await coroutine()
                print(f"  {time.perf_counter() - start:.1f}s")

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.117  broken
          0.117    users starts
          0.433    users ends
          0.433    orders starts
          0.730    orders ends
          0.730    prices starts
          1.031    prices ends
          1.031    0.9s
          1.031  mended
          1.031    users starts
          1.031    orders starts
          1.031    prices starts
          1.333    users ends
          1.333    orders ends
          1.333    prices ends
          1.333    0.3s
        # exit=0 wall=1.36s  CPython 3.11.2
        """;

    public override string Notice => """
        Each await ends before the next call begins: three tasks, one after another, though there are loops enough. Nothing fails, so no report comes: the
        time tells, and `oa pstree`, which shows one child at a time.
        """;

    public override IReadOnlyList<double> Delays => [0.3, 0.3, 0.3, 0.3];

    public override double Duration => 1.2;

    public override IReadOnlyList<Range> Sets => [9..15];

    public override IReadOnlyList<Counterpart> Counterparts => [new(7..8, @"^  \d+\.\ds$"), new(15..16, @"^  \d+\.\ds$")];

    public override string? Check(IReadOnlyList<string> lines)
    {
        if (!lines.Skip(9).Take(2).All(line => line.EndsWith(" starts", StringComparison.Ordinal))) return "the mended one does not start the second before the first has ended";
        var (broken, mended) = (Measured(lines[7]), Measured(lines[15]));
        return broken < 0.9 ? "the broken one took less than its delays together" : mended >= broken ? "the mended one is not faster" : null;

        static double Measured(string line) => double.Parse(line.Trim(' ', 's'), CultureInfo.InvariantCulture);
    }

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-2.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            foreach (var (name, run) in new (string, Func<IClusterLoop, Task>)[] { ("broken", BrokenAsync), ("mended", MendedAsync) })
            {
                await loop.PrintAsync(name);
                var start = loop.Time.GetTimestamp();
                await run(loop);
                await loop.PrintAsync($"  {Since(loop, start)}s");
            }
        }

        // What not to do, unless each call needs the result of the one before.
        private static async Task BrokenAsync(IClusterLoop loop)
        {
            await loop.CreateTask(new Fetch("users"));
            await loop.CreateTask(new Fetch("orders"));
            await loop.CreateTask(new Fetch("prices"));
        }

        private static async Task MendedAsync(IClusterLoop loop) => await loop.GatherAsync(new Fetch("users"), new Fetch("orders"), new Fetch("prices"));
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-2.fetch")]
    internal sealed record Fetch([property: Id(0)] string Name) : Coroutine<int>;

    internal sealed class FetchBody : CoroutineBody<Fetch, int>
    {
        protected override async Task<int> RunAsync(Fetch coroutine, IClusterLoop loop)
        {
            await loop.PrintAsync($"  {coroutine.Name} starts");
            await loop.SleepAsync(Seconds(0.3));
            await loop.PrintAsync($"  {coroutine.Name} ends");
            return 0;
        }
    }
}
