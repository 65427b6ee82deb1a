using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S05CreateTaskConcurrent : Scenario
{
    public override string Name => "05-create-task-concurrent";

    public override string Section => "asyncio.Task and asyncio.create_task(): Concurrent Execution";

    public override string Snippet => """
        import asyncio

        async def task_a():
            await asyncio.sleep(1)
            print("A done")

        async def task_b():
            await asyncio.sleep(1)
            print("B done")

        async def main():
            # Create tasks (they start running immediately)
            ta = asyncio.create_task(task_a())
            tb = asyncio.create_task(task_b())

            # Wait for both to complete
            await ta
            await tb

        asyncio.run(main())
        """;

    public override string Transcript => """
          1.060  A done
          1.060  B done
        # exit=0 wall=1.08s  CPython 3.11.7
        """;

    public override string Notice => """
        Both tasks exist before the first is awaited, so they wait together, on whatever loops they were given to. The tutorial says that they start running
        immediately; a task starts once its loop gets to it, in asyncio after the creator's next await.
        """;

    public override IReadOnlyList<double> Delays => [1, 1];

    public override double Duration => 1;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.05.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            var a = loop.CreateTask(new TaskA());
            var b = loop.CreateTask(new TaskB());
            await a;
            await b;
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.05.task-a")]
    internal sealed record TaskA : Coroutine;

    internal sealed class TaskABody : CoroutineBody<TaskA>
    {
        protected override async Task RunAsync(TaskA coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(1));
            await loop.PrintAsync("A done");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.05.task-b")]
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
