using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S25AsyncContextManager : Scenario
{
    public override string Name => "25-async-context-manager";

    public override string Section => "Async Context Managers: Cleaner Resource Management";

    public override string Snippet => """
        import asyncio

        class AsyncFile:
            def __init__(self, name):
                self.name = name

            async def __aenter__(self):
                print(f"Opening {self.name}")
                await asyncio.sleep(0.1)  # Simulate async open
                return self

            async def __aexit__(self, exc_type, exc_val, exc_tb):
                print(f"Closing {self.name}")
                await asyncio.sleep(0.1)  # Simulate async close
                return False

        async def main():
            async with AsyncFile("data.txt") as f:
                print(f"Working with {f.name}")

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.076  Opening data.txt
          0.177  Working with data.txt
          0.177  Closing data.txt
        # exit=0 wall=0.30s  CPython 3.11.7
        """;

    public override string Notice => """
        `async with` is `await using`: opened by an asynchronous method, closed by DisposeAsync, also when the block is cancelled.
        """;

    public override IReadOnlyList<double> Delays => [0.1, 0.1];

    public override double Duration => 0.2;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.25.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            await using var file = await AsyncFile.OpenAsync(loop, "data.txt");
            await loop.PrintAsync($"Working with {file.Name}");
        }
    }

    internal sealed class AsyncFile(IClusterLoop loop, string name) : IAsyncDisposable
    {
        public string Name => name;

        public static async Task<AsyncFile> OpenAsync(IClusterLoop loop, string name)
        {
            await loop.PrintAsync($"Opening {name}");
            await loop.SleepAsync(Seconds(0.1));
            return new AsyncFile(loop, name);
        }

        public async ValueTask DisposeAsync()
        {
            await loop.PrintAsync($"Closing {name}");
            await loop.SleepAsync(Seconds(0.1));
        }
    }
}
