using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class Mistake4SwallowedCancel : Scenario
{
    public override string Name => "mistake-4-swallowed-cancel";

    public override string Section => "Common Asyncio Mistakes";

    public override string Snippet => """
        import asyncio

        async def broken():
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                print("  cleaning up")  # WRONG: not raised again
            return "went on"

        async def mended():
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                print("  cleaning up")
                raise
            return "went on"

        async def main():
            for coroutine in (broken, mended):
                print(f"{coroutine.__name__}: task.cancel()")
                task = asyncio.create_task(coroutine())
                await asyncio.sleep(0.1)
                task.cancel()
                try:
                    print(f"  the task {await task}")
                except asyncio.CancelledError:
                    print("  CancelledError")
                print(f"  cancelled() is {task.cancelled()}")

                print(f"{coroutine.__name__}: timeout()")
                try:
                    async with asyncio.timeout(0.5) as scope:
                        print(f"  the block {await coroutine()}")
                except TimeoutError:
                    print("  TimeoutError")
                print(f"  expired() is {scope.expired()}")

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.099  broken: task.cancel()
          0.200    cleaning up
          0.200    the task went on
          0.200    cancelled() is False
          0.200  broken: timeout()
          0.700    cleaning up
          0.700    the block went on
          0.700    expired() is True
          0.700  mended: task.cancel()
          0.802    cleaning up
          0.803    CancelledError
          0.803    cancelled() is True
          0.803  mended: timeout()
          1.308    cleaning up
          1.308    TimeoutError
          1.308    expired() is True
        # exit=0 wall=1.33s  CPython 3.11.2
        """;

    public override string Notice => """
        Whoever swallows a cancel ends as if nobody had asked: the task is not cancelled, and the timeout is over without a TimeoutError. Nothing hangs, as
        the tutorial has it, unless the coroutine itself goes on for ever. CPython is silent; here debug mode reports the task. Catch it for cleanup, and
        throw it on.
        """;

    public override IReadOnlyList<double> Delays => [0.1, 0.5, 0.1, 0.5];

    public override double Duration => 1.2;

    public override IReadOnlyList<string> Reports => [@"^Task .*, Broken\) was cancelled and ended as if it were not"];

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-4.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            foreach (var (name, sleeper) in new (string, Coroutine<string>)[] { ("broken", new Broken()), ("mended", new Mended()) })
            {
                await loop.PrintAsync($"{name}: task.cancel()");
                var task = loop.CreateTask(sleeper, Here);
                await loop.SleepAsync(Seconds(0.1));
                await task.CancelAsync();
                try
                {
                    await loop.PrintAsync($"  the task {await task}");
                }
                catch (OperationCanceledException)
                {
                    await loop.PrintAsync("  CancelledError");
                }
                await loop.PrintAsync($"  cancelled() is {task.IsCanceled}");

                await loop.PrintAsync($"{name}: timeout()");
                ITimeoutScope? scope = null;
                try
                {
                    await loop.TimeoutAsync(Seconds(0.5), async block =>
                    {
                        scope = block;
                        await loop.PrintAsync($"  the block {await block.CreateTask(sleeper, Here)}");
                    });
                }
                catch (TimeoutException)
                {
                    await loop.PrintAsync("  TimeoutError");
                }
                await loop.PrintAsync($"  expired() is {scope!.IsExpired}");
            }
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-4.broken")]
    internal sealed record Broken : Coroutine<string>;

    internal sealed class BrokenBody : CoroutineBody<Broken, string>
    {
        protected override async Task<string> RunAsync(Broken coroutine, IClusterLoop loop)
        {
            try
            {
                await loop.SleepAsync(Seconds(10));
            }
            catch (OperationCanceledException)
            {
                // What not to do: it is not thrown on.
                await loop.PrintAsync("  cleaning up");
            }
            return "went on";
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-4.mended")]
    internal sealed record Mended : Coroutine<string>;

    internal sealed class MendedBody : CoroutineBody<Mended, string>
    {
        protected override async Task<string> RunAsync(Mended coroutine, IClusterLoop loop)
        {
            try
            {
                await loop.SleepAsync(Seconds(10));
            }
            catch (OperationCanceledException)
            {
                await loop.PrintAsync("  cleaning up");
                throw;
            }
            return "went on";
        }
    }
}
