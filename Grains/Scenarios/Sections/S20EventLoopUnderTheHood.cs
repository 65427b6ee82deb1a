using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S20EventLoopUnderTheHood : Scenario
{
    public override string Name => "20-event-loop-under-the-hood";

    public override string Section => "The Event Loop Under the Hood";

    public override string Snippet => """
        import asyncio

        async def demo():
            print("1. Start")
            await asyncio.sleep(0)  # Yield, let other tasks run
            print("2. Middle")
            await asyncio.sleep(0)  # Yield again
            print("3. End")

        async def main():
            task1 = asyncio.create_task(demo())
            task2 = asyncio.create_task(demo())

            await asyncio.gather(task1, task2)

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.193  1. Start
          0.193  1. Start
          0.193  2. Middle
          0.193  2. Middle
          0.193  3. End
          0.193  3. End
        # exit=0 wall=0.23s  CPython 3.11.7
        """;

    public override string Notice => """
        Two tasks of one loop take turns: each `sleep(0)` ends a turn and lets the other run. On loops of their own they would not know of each other.
        """;

    public override double Duration => 0;

    public override IReadOnlyList<Range> Sets => [0..2, 2..4, 4..6];

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.20.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            var task1 = loop.CreateTask(new Demo(), Here);
            var task2 = loop.CreateTask(new Demo(), Here);
            await loop.GatherAsync(task1, task2);
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.20.demo")]
    internal sealed record Demo : Coroutine<int>;

    internal sealed class DemoBody : CoroutineBody<Demo, int>
    {
        protected override async Task<int> RunAsync(Demo coroutine, IClusterLoop loop)
        {
            _ = loop.PrintAsync("1. Start");
            await loop.SleepAsync(TimeSpan.Zero);
            _ = loop.PrintAsync("2. Middle");
            await loop.SleepAsync(TimeSpan.Zero);
            await loop.PrintAsync("3. End");
            return 0;
        }
    }
}
