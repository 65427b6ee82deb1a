using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S03AwaitYieldingControl : Scenario
{
    public override string Name => "03-await-yielding-control";

    public override string Section => "await: Yielding Control";

    public override string Snippet => """
        import asyncio

        async def fetch_data(url):
            print(f"Fetching {url}...")
            await asyncio.sleep(2)  # Simulate network delay
            print(f"Done fetching {url}")
            return f"Data from {url}"

        async def main():
            result = await fetch_data("https://api.example.com")
            print(result)

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.085  Fetching https://api.example.com...
          2.087  Done fetching https://api.example.com
          2.087  Data from https://api.example.com
        # exit=0 wall=2.11s  CPython 3.11.7
        """;

    public override string Notice => """
        An await that waits ends the turn, so that other tasks of the loop run meanwhile. The tutorial says that every await does; one that need not wait
        goes on at once, here as there.
        """;

    public override IReadOnlyList<double> Delays => [2];

    public override double Duration => 2;

    public override async Task RunAsync(IClusterLoop loop) => await Run(loop, new Main());

    [GenerateSerializer, Immutable, Alias("oa.scenario.03.main")]
    internal sealed record Main : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            var result = await loop.CreateTask(new FetchData("https://api.example.com"));
            await loop.PrintAsync(result);
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.03.fetch-data")]
    internal sealed record FetchData([property: Id(0)] string Url) : Coroutine<string>;

    internal sealed class FetchDataBody : CoroutineBody<FetchData, string>
    {
        protected override async Task<string> RunAsync(FetchData coroutine, IClusterLoop loop)
        {
            await loop.PrintAsync($"Fetching {coroutine.Url}...");
            await loop.SleepAsync(Seconds(2));
            await loop.PrintAsync($"Done fetching {coroutine.Url}");
            return $"Data from {coroutine.Url}";
        }
    }
}
