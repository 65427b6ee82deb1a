using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S30PytestAsyncio : Scenario
{
    public override string Name => "30-pytest-asyncio";

    public override string Section => "Testing Async Functions";

    public override string Snippet => """
        # test_async.py
        import asyncio
        import pytest

        async def fetch(url):
            await asyncio.sleep(0.1)
            return f"Data from {url}"

        @pytest.mark.asyncio
        async def test_fetch():
            result = await fetch("api.example.com")
            assert result == "Data from api.example.com"

        @pytest.mark.asyncio
        async def test_concurrent_fetch():
            results = await asyncio.gather(
                fetch("api1.com"),
                fetch("api2.com"),
                fetch("api3.com"),
            )
            assert len(results) == 3
        """;

    public override string Transcript => """
          0.547  ============================= test session starts ==============================
          0.548  collecting ... collected 2 items
          0.549  
          0.654  30-pytest-asyncio.py::test_fetch PASSED                                  [ 50%]
          0.756  30-pytest-asyncio.py::test_concurrent_fetch PASSED                       [100%]
          0.756  
          0.756  ============================== 2 passed in 0.21s ===============================
        # exit=0 wall=0.93s  CPython 3.11.7
        """;

    public override string Notice => """
        A coroutine is tested as any other code: run it, look at the result. docs/testing.md has the cluster for it, with time that a test moves itself.
        """;

    public override IReadOnlyList<double> Delays => [0.1, 0.1];

    public override double Duration => 0.2;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..3, @"^test session starts$"),
        new(3..4, @"^test_fetch PASSED \[ 50%\]$"),
        new(4..6, @"^test_concurrent_fetch PASSED \[100%\]$"),
        new(6..7, @"^2 passed in \d+\.\d\ds$"),
    ];

    public override async Task RunAsync(IClusterLoop loop)
    {
        await loop.PrintAsync("test session starts");
        var start = loop.Time.GetTimestamp();
        await Run(loop, new TestFetch());
        await loop.PrintAsync("test_fetch PASSED [ 50%]");
        await Run(loop, new TestConcurrentFetch());
        await loop.PrintAsync("test_concurrent_fetch PASSED [100%]");
        await loop.PrintAsync($"2 passed in {Since(loop, start, "0.00")}s");
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.30.test-fetch")]
    internal sealed record TestFetch : Coroutine;

    internal sealed class TestFetchBody : CoroutineBody<TestFetch>
    {
        protected override async Task RunAsync(TestFetch coroutine, IClusterLoop loop)
        {
            var result = await loop.CreateTask(new Fetch("api.example.com"));
            if (result != "Data from api.example.com") throw new InvalidOperationException($"test_fetch FAILED: {result}");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.30.test-concurrent-fetch")]
    internal sealed record TestConcurrentFetch : Coroutine;

    internal sealed class TestConcurrentFetchBody : CoroutineBody<TestConcurrentFetch>
    {
        protected override async Task RunAsync(TestConcurrentFetch coroutine, IClusterLoop loop)
        {
            var results = await loop.GatherAsync(new Fetch("api1.com"), new Fetch("api2.com"), new Fetch("api3.com"));
            if (results.Length != 3) throw new InvalidOperationException($"test_concurrent_fetch FAILED: {results.Length}");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.30.fetch")]
    internal sealed record Fetch([property: Id(0)] string Url) : Coroutine<string>;

    internal sealed class FetchBody : CoroutineBody<Fetch, string>
    {
        protected override async Task<string> RunAsync(Fetch coroutine, IClusterLoop loop)
        {
            await loop.SleepAsync(Seconds(0.1));
            return $"Data from {coroutine.Url}";
        }
    }
}
