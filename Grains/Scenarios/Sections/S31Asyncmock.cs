using OrleansAsync.Execution;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S31Asyncmock : Scenario
{
    public override string Name => "31-asyncmock";

    public override string Section => "Mocking Async Functions";

    public override string Snippet => """
        import asyncio, sys, types
        from unittest.mock import patch   # missing in the tutorial
        module=types.ModuleType("module"); sys.modules["module"]=module
        from unittest.mock import AsyncMock

        async def fetch(url):
            # Real implementation
            pass

        module.fetch=fetch

        async def test_with_mock():
            # Mock the coroutine
            with patch('module.fetch', new_callable=AsyncMock) as mock_fetch:
                mock_fetch.return_value = "Mocked data"
                result = await module.fetch("test.com")
                assert result == "Mocked data"

        asyncio.run(test_with_mock()); print("ok")
        """;

    public override string Transcript => """
          0.124  ok
        # exit=0 wall=0.16s  CPython 3.11.7
        """;

    public override string Notice => """
        A body gets what it needs by its constructor, so a test gives it something else. The tutorial's snippet patches one function and calls another.
        """;

    public override double Duration => 0;

    public override async Task RunAsync(IClusterLoop loop)
    {
        var body = new FetchBody(new FakePages("Mocked data"));
        var result = await body.FetchAsync("test.com");
        if (result != "Mocked data") throw new InvalidOperationException($"The fake was not asked: {result}");
        await loop.PrintAsync("ok");
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.31.fetch")]
    internal sealed record Fetch([property: Id(0)] string Url) : Coroutine<string>;

    // A silo that has pages injects its own.
    internal sealed class FetchBody(IPages? pages = null) : CoroutineBody<Fetch, string>
    {
        public Task<string> FetchAsync(string url) => (pages ?? new NoPages()).GetAsync(url);

        protected override Task<string> RunAsync(Fetch coroutine, IClusterLoop loop) => FetchAsync(coroutine.Url);
    }

    internal interface IPages
    {
        Task<string> GetAsync(string url);
    }

    internal sealed class NoPages : IPages
    {
        public Task<string> GetAsync(string url) => throw new InvalidOperationException($"There is no page {url}.");
    }

    internal sealed class FakePages(string page) : IPages
    {
        public Task<string> GetAsync(string url) => Task.FromResult(page);
    }
}
