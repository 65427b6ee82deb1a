using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S04AwaitVsJustCalling : Scenario
{
    public override string Name => "04-await-vs-just-calling";

    public override string Section => "await vs Just Calling";

    public override string Snippet => """
        import asyncio
        async def task_a():
            await asyncio.sleep(1)
            print("A done")

        async def task_b():
            await asyncio.sleep(1)
            print("B done")

        async def main():
            # Sequential: takes 2 seconds
            await task_a()
            await task_b()

        asyncio.run(main())
        """;

    public override string Transcript => """
          1.107  A done
          2.109  B done
        # exit=0 wall=2.12s  CPython 3.11.7
        """;

    public override string Notice => """
        Awaiting one task before the next is made runs them one after the other, on however many silos.
        """;

    public override IReadOnlyList<double> Delays => [1, 1];

    public override double Duration => 2;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.04.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            await loop.CreateTask(new TaskA());
            await loop.CreateTask(new TaskB());
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.04.task-a")]
    internal sealed record TaskA : Coroutine;

    internal sealed class TaskABody : CoroutineBody<TaskA>
    {
        protected override async Task RunAsync(TaskA coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(1));
            await loop.PrintAsync("A done");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.04.task-b")]
    internal sealed record TaskB : Coroutine;

    internal sealed class TaskBBody : CoroutineBody<TaskB>
    {
        protected override async Task RunAsync(TaskB coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(1));
            await loop.PrintAsync("B done");
        }
    }
}
