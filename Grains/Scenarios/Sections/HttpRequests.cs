using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class HttpRequests : Scenario
{
    public override string Name => "http-client";

    public override string Section => "The Mental Shift: From Thinking Sequentially to Thinking Concurrently";

    public override string Snippet => """
        import asyncio
        import aiohttp

        # --- a server on loopback, in place of a public site ---
        import http.server, threading, time
        class _H(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                _, what, value = self.path.split("/")
                if what == "delay": time.sleep(float(value))
                b=b"ok"; self.send_response(int(value) if what == "status" else 200); self.send_header("Content-Length",str(len(b))); self.end_headers(); self.wfile.write(b)
            def log_message(self,*a): pass
        _s=http.server.ThreadingHTTPServer(("127.0.0.1",0),_H); threading.Thread(target=_s.serve_forever,daemon=True).start()
        BASE=f"http://127.0.0.1:{_s.server_port}"

        async def fetch(session, path, limit):
            try:
                async with session.get(BASE + path, timeout=aiohttp.ClientTimeout(total=limit), raise_for_status=True) as response:
                    return f"{path}: {await response.text()}"
            except asyncio.TimeoutError:
                return f"{path}: no answer in time"
            except aiohttp.ClientResponseError as error:
                return f"{path}: error {error.status}"

        async def main():
            async with aiohttp.ClientSession() as session:
                calls = [("/delay/0.1", 10), ("/delay/0.2", 10), ("/delay/9", 0.5), ("/status/404", 10)]
                for line in await asyncio.gather(*(fetch(session, path, limit) for path, limit in calls)):
                    print(line)

        asyncio.run(main())
        """;

    public override string Transcript => """
          0.885  /delay/0.1: ok
          0.885  /delay/0.2: ok
          0.885  /delay/9: no answer in time
          0.885  /status/404: error 404
        # exit=0 wall=0.95s  CPython 3.11.2
        """;

    public override string Notice => """
        The requests run at once, each on whichever silo has its task; a limit for each, and an error is a value where it is handled. HttpClient is the
        session: one for a process, kept. What `oa crawl` does with a page is more: robots, delays, redirects, limits.
        """;

    public override double Duration => 0.5;

    public override async Task RunAsync(IClusterLoop loop)
    {
        await using var server = new DelayServer(ScenarioContext.Current.TimeScale);
        await Run(loop, new Main(server.Url));
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.http-client.main")]
    internal sealed record Main([property: Id(0)] string Server) : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            (string Path, double Limit)[] calls = [("/delay/0.1", 10), ("/delay/0.2", 10), ("/delay/9", 0.5), ("/status/404", 10)];
            var lines = await loop.GatherAsync(calls.Select(call => new Fetch(coroutine.Server, call.Path, Seconds(call.Limit))));
            foreach (var line in lines) await loop.PrintAsync(line);
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.http-client.fetch")]
    internal sealed record Fetch([property: Id(0)] string Server, [property: Id(1)] string Path, [property: Id(2)] TimeSpan Limit) : Coroutine<string>;

    internal sealed class FetchBody : CoroutineBody<Fetch, string>
    {
        // Its connections are used again, whichever task asks.
        private static readonly HttpClient Session = new();

        protected override async Task<string> RunAsync(Fetch coroutine, IClusterLoop loop)
        {
            var (server, path, limit) = coroutine;
            try
            {
                return $"{path}: {await loop.WaitForAsync(token => Session.GetStringAsync(new Uri(server + path), token), limit)}";
            }
            catch (TimeoutException)
            {
                return $"{path}: no answer in time";
            }
            catch (HttpRequestException e) when (e.StatusCode is { } status)
            {
                return $"{path}: error {(int)status}";
            }
        }
    }
}
