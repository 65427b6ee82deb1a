using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class LoopInternals : Scenario
{
    public override string Name => "loop-internals";

    public override string Section => "Event Loop Internals";

    public override string Snippet => """
        import asyncio

        async def worker(name):
            for turn in range(1, 4):
                print(f"{name}: turn {turn}")
                await asyncio.sleep(0)  # to the end of the ready queue

        async def timer():
            print("timer: set")
            await asyncio.sleep(0.2)  # not ready until then
            print("timer: due")

        async def main():
            tasks = [asyncio.create_task(coroutine) for coroutine in (worker("A"), worker("B"), timer())]
            print("main: three tasks are ready, none has begun")
            await asyncio.gather(*tasks)
            print("main: all have ended")

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.140  main: three tasks are ready, none has begun
          0.140  A: turn 1
          0.140  B: turn 1
          0.140  timer: set
          0.140  A: turn 2
          0.140  B: turn 2
          0.140  A: turn 3
          0.140  B: turn 3
          0.342  timer: due
          0.342  main: all have ended
        # exit=0 wall=0.57s  CPython 3.11.2
        """;

    public override string Notice => """
        What is ready runs one turn each, in the order it became ready: `sleep(0)` goes to the end of that queue, a timer comes into it when it is due. All
        tasks are on one loop here; `oa loop watch` shows its queue.
        """;

    public override double Duration => 0.2;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.loop-internals.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            Coroutine<int>[] coroutines = [new Worker("A"), new Worker("B"), new Timer()];
            var tasks = coroutines.Select(each => loop.CreateTask(each, Here)).ToArray();
            _ = loop.PrintAsync("main: three tasks are ready, none has begun");
            await loop.GatherAsync(tasks);
            await loop.PrintAsync("main: all have ended");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.loop-internals.worker")]
    internal sealed record Worker([property: Id(0)] string Name) : Coroutine<int>;

    internal sealed class WorkerBody : CoroutineBody<Worker, int>
    {
        protected override async Task<int> RunAsync(Worker coroutine, IClusterLoop loop)
        {
            for (var turn = 1; turn <= 3; turn++)
            {
                _ = loop.PrintAsync($"{coroutine.Name}: turn {turn}");
                await loop.SleepAsync(TimeSpan.Zero);
            }
            return 0;
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.loop-internals.timer")]
    internal sealed record Timer : Coroutine<int>;

    internal sealed class TimerBody : CoroutineBody<Timer, int>
    {
        protected override async Task<int> RunAsync(Timer coroutine, IClusterLoop loop)
        {
            _ = loop.PrintAsync("timer: set");
            await loop.SleepAsync(Seconds(0.2));
            _ = loop.PrintAsync("timer: due");
            return 0;
        }
    }
}
