using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S21TaskStates : Scenario
{
    public override string Name => "21-task-states";

    public override string Section => "Advanced: Understanding Task States and Transitions";

    public override string Snippet => """
        import asyncio

        async def slow_task():
            await asyncio.sleep(5)
            return "Complete"

        async def main():
            task = asyncio.create_task(slow_task())

            # Check states
            print(f"Task done? {task.done()}")  # False
            print(f"Task cancelled? {task.cancelled()}")  # False

            # Cancel it
            task.cancel()
            try:
                result = await task
            except asyncio.CancelledError:
                print(f"Task done? {task.done()}")  # True
                print(f"Task cancelled? {task.cancelled()}")  # True

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.135  Task done? False
          0.135  Task cancelled? False
          0.135  Task done? True
          0.135  Task cancelled? True
        # exit=0 wall=0.17s  CPython 3.11.7
        """;

    public override string Notice => """
        done() and cancelled() of a task on another loop. The tutorial lists four states; asyncio has three, PENDING until the end. Here a task that its loop
        has taken is Running, which asyncio does not tell apart.
        """;

    public override double Duration => 0;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.21.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            var task = loop.CreateTask(new SlowTask());
            await loop.PrintAsync($"Task done? {task.IsCompleted}");
            await loop.PrintAsync($"Task cancelled? {task.IsCanceled}");
            await task.CancelAsync();
            try
            {
                await task;
            }
            catch (OperationCanceledException)
            {
                await loop.PrintAsync($"Task done? {task.IsCompleted}");
                await loop.PrintAsync($"Task cancelled? {task.IsCanceled}");
            }
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.21.slow-task")]
    internal sealed record SlowTask : Coroutine<string>;

    internal sealed class SlowTaskBody : CoroutineBody<SlowTask, string>
    {
        protected override async Task<string> RunAsync(SlowTask coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(5));
            return "Complete";
        }
    }
}
