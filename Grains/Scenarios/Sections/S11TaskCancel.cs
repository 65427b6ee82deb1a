using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S11TaskCancel : Scenario
{
    public override string Name => "11-task-cancel";

    public override string Section => "Task.cancel() for Manual Cancellation";

    public override string Snippet => """
        import asyncio

        async def long_running():
            try:
                while True:
                    print("Still running...")
                    await asyncio.sleep(1)
            except asyncio.CancelledError:
                print("Task was cancelled!")
                raise  # Re-raise to complete cancellation

        async def main():
            task = asyncio.create_task(long_running())
            await asyncio.sleep(2)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                print("Cleanup complete")

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.081  Still running...
          1.083  Still running...
          2.086  Task was cancelled!
          2.086  Cleanup complete
        # exit=0 wall=2.10s  CPython 3.11.7
        """;

    public override string Notice => """
        A cancel comes out of the innermost await, on the task's silo; whoever awaits the task goes on once its cleanup has ended. The tutorial says that a
        swallowed cancel makes the await hang: only if the coroutine itself goes on for ever.
        """;

    public override IReadOnlyList<double> Delays => [2];

    public override double Duration => 2;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.11.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            var task = loop.CreateTask(new LongRunning());
            await loop.SleepAsync(Seconds(2));
            await task.CancelAsync();
            try
            {
                await task;
            }
            catch (OperationCanceledException)
            {
                await loop.PrintAsync("Cleanup complete");
            }
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.11.long-running")]
    internal sealed record LongRunning : Coroutine;

    internal sealed class LongRunningBody : CoroutineBody<LongRunning>
    {
        protected override async Task RunAsync(LongRunning coroutine, IClusterLoop loop)
        {
            try
            {
                while (true)
                {
                    await loop.PrintAsync("Still running...");
                    await loop.SleepAsync(Seconds(1));
                }
            }
            catch (OperationCanceledException)
            {
                await loop.PrintAsync("Task was cancelled!");
                throw;
            }
        }
    }
}
