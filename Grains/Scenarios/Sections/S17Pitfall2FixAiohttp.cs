using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S17Pitfall2FixAiohttp : Scenario
{
    public override string Name => "17-pitfall2-fix-aiohttp";

    public override string Section => "Pitfall 2: Mixing async and sync";

    public override string Snippet => """
        import asyncio
        import aiohttp


        # --- adaptation: local HTTP server on loopback standing in for the public site ---
        import http.server, threading, time as _t
        class _H(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path.startswith("/delay/"): _t.sleep(float(self.path.split("/")[2]))
                b=b"<html>ok</html>"; self.send_response(200); self.send_header("Content-Length",str(len(b))); self.end_headers(); self.wfile.write(b)
            def log_message(self,*a): pass
        _s=http.server.ThreadingHTTPServer(("127.0.0.1",0),_H); threading.Thread(target=_s.serve_forever,daemon=True).start()
        BASE=f"http://127.0.0.1:{_s.server_port}"

        async def main():
            async with aiohttp.ClientSession() as session:
                async with session.get(BASE + "/delay/1") as response:
                    status = response.status
                    print(status)

        # driver added
        async def both():
            async def ticker():
                import time; t0=time.perf_counter()
                for i in range(5): print(f"tick {i} at {time.perf_counter()-t0:.1f}s"); await asyncio.sleep(0.25)
            await asyncio.gather(ticker(), main())
        asyncio.run(both())
        """;

    public override string Transcript => """
          0.232  tick 0 at 0.0s
          0.484  tick 1 at 0.3s
          0.734  tick 2 at 0.5s
          0.985  tick 3 at 0.8s
          1.236  tick 4 at 1.0s
          1.238  200
        # exit=0 wall=1.56s  CPython 3.11.7
        """;

    public override string Notice => """
        An asynchronous client, and the ticker goes on. HttpClient is .NET's.
        """;

    public override IReadOnlyList<double> Delays => [1, 1.25];

    public override double Duration => 1.25;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..1, @"^tick 0 at \d+\.\ds$"),
        new(1..2, @"^tick 1 at \d+\.\ds$"),
        new(2..3, @"^tick 2 at \d+\.\ds$"),
        new(3..4, @"^tick 3 at \d+\.\ds$"),
        new(4..5, @"^tick 4 at \d+\.\ds$"),
    ];

    public override async Task RunAsync(IClusterLoop loop)
    {
        await using var server = new DelayServer();
        await Run(loop, new Both($"{server.Url}/delay/{Seconds(1).TotalSeconds}"));
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.17.both")]
    internal sealed record Both([property: Id(0)] string Url) : Coroutine;

    internal sealed class BothBody : CoroutineBody<Both>
    {
        protected override async Task RunAsync(Both coroutine, IClusterLoop loop)
        {
            await loop.GatherAsync(loop.CreateTask(new Ticker(), Here), loop.CreateTask(new Main(coroutine.Url), Here));
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.17.main")]
    internal sealed record Main([property: Id(0)] string Url) : Coroutine<int>;

    internal sealed class MainBody : CoroutineBody<Main, int>
    {
        protected override async Task<int> RunAsync(Main coroutine, IClusterLoop loop)
        {
            using var http = new HttpClient();
            using var response = await http.GetAsync(new Uri(coroutine.Url), loop.CancellationToken);
            _ = loop.PrintAsync($"{(int)response.StatusCode}");
            return 0;
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.17.ticker")]
    internal sealed record Ticker : Coroutine<int>;

    internal sealed class TickerBody : CoroutineBody<Ticker, int>
    {
        protected override async Task<int> RunAsync(Ticker coroutine, IClusterLoop loop)
        {
            var start = loop.Time.GetTimestamp();
            for (var i = 0; i < 5; i++)
            {
                _ = loop.PrintAsync($"tick {i} at {Since(loop, start)}s");
                await loop.SleepAsync(Seconds(0.25));
            }
            return 0;
        }
    }
}
