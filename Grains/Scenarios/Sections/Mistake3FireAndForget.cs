using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class Mistake3FireAndForget : Scenario
{
    public override string Name => "mistake-3-fire-and-forget";

    public override string Section => "Common Asyncio Mistakes";

    public override string Snippet => """
        import asyncio

        async def send_mail():
            raise ValueError("no such mailbox")

        async def broken():
            asyncio.create_task(send_mail())  # WRONG: nobody looks at it again
            await asyncio.sleep(0.1)
            print("broken: all went well, it seems")

        background = set()

        def ended(task):
            background.discard(task)
            if not task.cancelled() and task.exception():
                print(f"mended: {task.get_name()} failed: {task.exception()}")

        async def mended():
            task = asyncio.create_task(send_mail(), name="mail")
            background.add(task)
            task.add_done_callback(ended)
            while background:
                await asyncio.sleep(0.1)
            print("mended: nothing is left in the background")

        async def main():
            await broken()
            await mended()

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.079  Task exception was never retrieved
          0.079  future: <Task finished name='Task-2' coro=<send_mail() done, defined at mistake-3-fire-and-forget.py:3> exception=ValueError('no such mailbox')>
          0.079  Traceback (most recent call last):
          0.079    File "mistake-3-fire-and-forget.py", line 4, in send_mail
          0.079      raise ValueError("no such mailbox")
          0.079  ValueError: no such mailbox
          0.180  broken: all went well, it seems
          0.180  mended: mail failed: no such mailbox
          0.285  mended: nothing is left in the background
        # exit=0 wall=0.31s  CPython 3.11.2
        """;

    public override string Notice => """
        Nobody looks at the task again, and what it threw is reported once its handle is collected; .NET collects when it likes, so the scenario asks for it.
        Not swallowed, as the tutorial has it, but easily overlooked. The set keeps who runs, the done callback says who failed. A task group does both.
        """;

    public override IReadOnlyList<double> Delays => [0.1, 0.1];

    public override double Duration => 0.2;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..6, @"^Task .* failed and its exception was never retrieved.* InvalidOperationException: no such mailbox$"),
    ];

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-3.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            await ForgetAsync(loop);
            await loop.PrintAsync(await ScenarioReports.NextAsync(loop, collects: true, about: "never retrieved"));
            await loop.SleepAsync(Seconds(0.1));
            await loop.PrintAsync("broken: all went well, it seems");

            await KeepAsync(loop);
        }

        private static async Task ForgetAsync(IClusterLoop loop)
        {
            // What not to do: nobody looks at the task again.
            var forgotten = loop.CreateTask(new SendMail(), Here);
            while (!forgotten.IsCompleted) await loop.SleepAsync(TimeSpan.FromMilliseconds(10));
        }

        private static async Task KeepAsync(IClusterLoop loop)
        {
            var background = new HashSet<ClusterTask>();
            var task = loop.CreateTask(new SendMail(), Here with { Name = "mail" });
            background.Add(task);
            task.AddDoneCallback(ended =>
            {
                background.Remove(ended);
                if (!ended.IsCanceled && ended.Exception is { } failure) _ = loop.PrintAsync($"mended: {ended.Name} failed: {failure.Message}");
            });
            while (background.Count > 0) await loop.SleepAsync(Seconds(0.1));
            await loop.PrintAsync("mended: nothing is left in the background");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.mistake-3.send-mail")]
    internal sealed record SendMail : Coroutine;

    internal sealed class SendMailBody : CoroutineBody<SendMail>
    {
        protected override Task RunAsync(SendMail coroutine, IClusterLoop loop) => throw new InvalidOperationException("no such mailbox");
    }
}
