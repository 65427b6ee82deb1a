using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S16Pitfall2MixingSync : Scenario
{
    public override string Name => "16-pitfall2-mixing-sync";

    public override string Section => "Pitfall 2: Mixing async and sync";

    public override string Snippet => """
        import asyncio
        import requests


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
            response = requests.get(BASE + "/delay/1")  # BLOCKING!
            # Event loop is frozen until response arrives
            # Other tasks can't run
            print(response.status_code)

        # driver added: a ticker shows that the loop is frozen for the length of the call
        async def both():
            async def ticker():
                import time; t0=time.perf_counter()
                for i in range(5): print(f"tick {i} at {time.perf_counter()-t0:.1f}s"); await asyncio.sleep(0.25)
            await asyncio.gather(ticker(), main())
        asyncio.run(both())
        """;

    public override string Transcript => """
          0.158  tick 0 at 0.0s
          1.162  200
          1.162  tick 1 at 1.0s
          1.413  tick 2 at 1.3s
          1.664  tick 3 at 1.5s
          1.915  tick 4 at 1.8s
        # exit=0 wall=2.22s  CPython 3.11.7
        """;

    public override string Notice => """
        A blocking client inside a coroutine: no other task of that loop runs until the answer is there. Debug mode reports the turn.
        """;

    public override IReadOnlyList<double> Delays => [1, 1.25];

    public override double Duration => 2.25;

    public override IReadOnlyList<Counterpart> Counterparts =>
    [
        new(0..1, @"^tick 0 at \d+\.\ds$"),
        new(2..3, @"^tick 1 at \d+\.\ds$"),
        new(3..4, @"^tick 2 at \d+\.\ds$"),
        new(4..5, @"^tick 3 at \d+\.\ds$"),
        new(5..6, @"^tick 4 at \d+\.\ds$"),
    ];

    public override IReadOnlyList<string> Reports => [SlowTurn];

    public override async Task RunAsync(IClusterLoop loop)
    {
        await using var server = new DelayServer();
        await Run(loop, new Both($"{server.Url}/delay/{Seconds(1).TotalSeconds}"));
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.16.both")]
    internal sealed record Both([property: Id(0)] string Url) : Coroutine;

    internal sealed class BothBody : CoroutineBody<Both>
    {
        protected override async Task RunAsync(Both coroutine, IClusterLoop loop)
        {
            await loop.GatherAsync(loop.CreateTask(new Ticker(), Here), loop.CreateTask(new Main(coroutine.Url), Here));
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.16.main")]
    internal sealed record Main([property: Id(0)] string Url) : Coroutine<int>;

    internal sealed class MainBody : CoroutineBody<Main, int>
    {
        protected override Task<int> RunAsync(Main coroutine, IClusterLoop loop)
        {
            // What not to do: Send waits on the thread of the turn.
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, coroutine.Url);
            using var response = http.Send(request, CancellationToken.None);
            _ = loop.PrintAsync($"{(int)response.StatusCode}");
            return Task.FromResult(0);
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.16.ticker")]
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
