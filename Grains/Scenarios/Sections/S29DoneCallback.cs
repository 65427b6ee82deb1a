using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S29DoneCallback : Scenario
{
    public override string Name => "29-done-callback";

    public override string Section => "Using asyncio.create_task() for Better Tracebacks";

    public override string Snippet => """
        import asyncio

        async def failing():
            raise ValueError("Oops!")

        async def main():
            task = asyncio.create_task(failing())
            task.add_done_callback(lambda t: t.result() if not t.cancelled() else None)
            await asyncio.sleep(0.1)

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.057  Exception in callback main.<locals>.<lambda>(<Task finishe...rror('Oops!')>) at 29-done-callback.py:10
          0.057  handle: <Handle main.<locals>.<lambda>(<Task finishe...rror('Oops!')>) at 29-done-callback.py:10>
          0.057  Traceback (most recent call last):
          0.057    File asyncio/events.py, line 80, in _run
          0.057      self._context.run(self._callback, *self._args)
          0.057    File "29-done-callback.py", line 10, in <lambda>
          0.057      task.add_done_callback(lambda t: t.result() if not t.cancelled() else None)
          0.057                                       ^^^^^^^^^^
          0.057    File "29-done-callback.py", line 6, in failing
          0.057      raise ValueError("Oops!")
          0.057  ValueError: Oops!
        # exit=0 wall=0.17s  CPython 3.11.7
        """;

    public override string Notice => """
        A callback that asks a failed task for its result throws itself: that is logged, and handles nothing. The tutorial takes it for error handling.
        """;

    public override IReadOnlyList<double> Delays => [0.1];

    public override double Duration => 0.1;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..11, @"callback.*InvalidOperationException: Oops!"),
    ];

    public override async Task RunAsync(IClusterLoop loop)
    {
        await Run(loop, new Main());
        await loop.PrintAsync(await ScenarioReports.NextAsync(loop));
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.29.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            var task = loop.CreateTask(new Failing());
            task.AddDoneCallback(ended => _ = ended.IsCanceled ? 0 : ((ClusterTask<int>)ended).Result);
            await loop.SleepAsync(Seconds(0.1));
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.29.failing")]
    internal sealed record Failing : Coroutine<int>;

    internal sealed class FailingBody : CoroutineBody<Failing, int>
    {
        protected override Task<int> RunAsync(Failing coroutine, IClusterLoop loop)
        {
            throw new InvalidOperationException("Oops!");
        }
    }
}
