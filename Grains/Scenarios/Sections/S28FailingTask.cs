using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S28FailingTask : Scenario
{
    public override string Name => "28-failing-task";

    public override string Section => "Using asyncio.create_task() for Better Tracebacks";

    public override string Snippet => """
        import asyncio

        async def failing():
            raise ValueError("Oops!")

        async def main():
            # DON'T: Just create and forget
            asyncio.create_task(failing())
            await asyncio.sleep(1)  # Task fails silently!

            # DO: Track the task
            task = asyncio.create_task(failing())
            try:
                await task
            except ValueError as e:
                print(f"Caught error: {e}")

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.096  Task exception was never retrieved
          0.096  future: <Task finished name='Task-2' coro=<failing() done, defined at 28-failing-task.py:5> exception=ValueError('Oops!')>
          0.096  Traceback (most recent call last):
          0.096    File "28-failing-task.py", line 6, in failing
          0.096      raise ValueError("Oops!")
          0.096  ValueError: Oops!
          1.099  Caught error: Oops!
        # exit=0 wall=1.11s  CPython 3.11.7
        """;

    public override string Notice => """
        A task that is created and forgotten does not fail silently, as the tutorial has it: "exception was never retrieved" is reported once its handle is
        collected. .NET collects when it likes, CPython at once, so the scenario asks for a collection.
        """;

    public override IReadOnlyList<double> Delays => [1];

    public override double Duration => 1;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..6, @"^Task .* failed and its exception was never retrieved.* InvalidOperationException: Oops!"),
    ];

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.28.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            await ForgetAsync(loop);
            await loop.PrintAsync(await ScenarioReports.NextAsync(loop, collects: true));
            await loop.SleepAsync(Seconds(1));

            var task = loop.CreateTask(new Failing());
            try
            {
                await task;
            }
            catch (InvalidOperationException e)
            {
                await loop.PrintAsync($"Caught error: {e.Message}");
            }
        }

        private static async Task ForgetAsync(IClusterLoop loop)
        {
            // What not to do: nobody looks at the task again.
            var forgotten = loop.CreateTask(new Failing());
            while (!forgotten.IsCompleted) await loop.SleepAsync(TimeSpan.FromMilliseconds(10));
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.28.failing")]
    internal sealed record Failing : Coroutine<int>;

    internal sealed class FailingBody : CoroutineBody<Failing, int>
    {
        protected override Task<int> RunAsync(Failing coroutine, IClusterLoop loop)
        {
            throw new InvalidOperationException("Oops!");
        }
    }
}
