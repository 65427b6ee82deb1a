using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S24ExceptionHandlingReturnExceptions : Scenario
{
    public override string Name => "24-exception-handling-return-exceptions";

    public override string Section => "Exception Handling in Async Code";

    public override string Snippet => """
        import asyncio

        async def failing_task():
            await asyncio.sleep(0.5)
            raise ValueError("Something went wrong!")

        async def good_task():
            await asyncio.sleep(1)
            return "Success!"

        async def main():
            tasks = [
                asyncio.create_task(failing_task()),
                asyncio.create_task(good_task()),
            ]

            results = await asyncio.gather(*tasks, return_exceptions=True)
            print(results)
            # Output: [ValueError('Something went wrong!'), 'Success!']

        asyncio.run(main())
        """;

    public override string Transcript => """
          1.110  [ValueError('Something went wrong!'), 'Success!']
        # exit=0 wall=1.13s  CPython 3.11.7
        """;

    public override string Notice => """
        Exceptions as values are outcomes. The tutorial says that without them the first exception would cancel the other tasks: it does not, they go on.
        """;

    public override IReadOnlyList<double> Delays => [0.5, 1];

    public override double Duration => 1;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..1, @"^\[InvalidOperationException\('Something went wrong!'\), 'Success!'\]$"),
    ];

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.24.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            ClusterTask<string>[] tasks = [loop.CreateTask(new FailingTask()), loop.CreateTask(new GoodTask())];
            var results = await loop.GatherOutcomesAsync(tasks);
            await loop.PrintAsync($"[{string.Join(", ", results.Select(each => each.IsSuccess ? $"'{each.Value}'" : $"{each.Exception.GetType().Name}('{each.Exception.Message}')"))}]");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.24.failing-task")]
    internal sealed record FailingTask : Coroutine<string>;

    internal sealed class FailingTaskBody : CoroutineBody<FailingTask, string>
    {
        protected override async Task<string> RunAsync(FailingTask coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(0.5));
            throw new InvalidOperationException("Something went wrong!");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.24.good-task")]
    internal sealed record GoodTask : Coroutine<string>;

    internal sealed class GoodTaskBody : CoroutineBody<GoodTask, string>
    {
        protected override async Task<string> RunAsync(GoodTask coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(1));
            return "Success!";
        }
    }
}
