using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S07GatherVsWait : Scenario
{
    public override string Name => "07-gather-vs-wait";

    public override string Section => "asyncio.gather() vs asyncio.wait()";

    public override string Snippet => """
        import asyncio

        async def task(n):
            await asyncio.sleep(n)
            return f"Task {n} done"

        async def main():
            # gather: simple, returns results directly
            results = await asyncio.gather(task(1), task(2), task(3))
            print(results)

            # wait: more control over task completion
            tasks = {asyncio.create_task(task(i)) for i in [1, 2, 3]}
            done, pending = await asyncio.wait(tasks)
            for t in done:
                print(t.result())

        asyncio.run(main())
        """;

    public override string Transcript => """
          3.071  ['Task 1 done', 'Task 2 done', 'Task 3 done']
          6.075  Task 1 done
          6.075  Task 3 done
          6.075  Task 2 done
        # exit=0 wall=6.09s  CPython 3.11.7
        """;

    public override string Notice => """
        gather gives results in their order, wait two sets of tasks: their order means nothing, which the tutorial does not say. One timeout is that of the
        call; nothing is raised or cancelled when it is over.
        """;

    public override IReadOnlyList<double> Delays => [1, 2, 3, 1, 2, 3];

    public override double Duration => 6;

    public override IReadOnlyList<Range> Sets => [1..4];

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.07.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            await loop.PrintAsync(List(await loop.GatherAsync(new Wait(1), new Wait(2), new Wait(3))));

            ClusterTask<string>[] tasks = [.. Enumerable.Range(1, 3).Select(seconds => loop.CreateTask(new Wait(seconds)))];
            var (done, _) = await loop.WaitAsync(tasks);
            foreach (var task in done) await loop.PrintAsync(task.Result);
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.07.wait")]
    internal sealed record Wait([property: Id(0)] int Seconds) : Coroutine<string>;

    internal sealed class WaitBody : CoroutineBody<Wait, string>
    {
        protected override async Task<string> RunAsync(Wait coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(coroutine.Seconds));
            return $"Task {coroutine.Seconds} done";
        }
    }
}
