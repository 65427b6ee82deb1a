using OrleansAsync.Execution;

namespace OrleansAsync.Scenarios.Sections;

internal sealed class S12RunInExecutor : Scenario
{
    public override string Name => "12-run-in-executor";

    public override string Section => "Bridging Sync and Async: run_in_executor()";

    public override string Snippet => """
        import asyncio
        import requests  # Blocking HTTP library


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
            loop = asyncio.get_event_loop()

            # Run blocking code in a thread pool
            response = await loop.run_in_executor(
                None,  # Use default ThreadPoolExecutor
                requests.get,
                BASE + "/delay/2"
            )

            print(f"Status: {response.status_code}")

        asyncio.run(main())
        """;

    public override string Transcript => """
          2.241  Status: 200
        # exit=0 wall=2.27s  CPython 3.11.7
        """;

    public override string Notice => """
        Whether code blocks is said by its body: a BlockingBody runs on a thread of its own, never in a turn of a loop. Cancelling the task does not stop
        the thread, here as there.
        """;

    public override IReadOnlyList<double> Delays => [2];

    public override double Duration => 2;

    public override async Task RunAsync(IClusterLoop loop)
    {
        await using var server = new DelayServer();
        await Run(loop, new Main($"{server.Url}/delay/{Seconds(2).TotalSeconds}"));
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.12.main")]
    internal sealed record Main([property: Id(0)] string Url) : Coroutine;

    internal sealed class MainBody : CoroutineBody<Main>
    {
        protected override async Task RunAsync(Main coroutine, IClusterLoop loop)
        {
            var status = await loop.RunInExecutorAsync(new Get(coroutine.Url), Here);
            await loop.PrintAsync($"Status: {status}");
        }
    }

    [GenerateSerializer, Immutable, Alias("oa.scenario.12.get")]
    internal sealed record Get([property: Id(0)] string Url) : Coroutine<int>;

    internal sealed class GetBody : BlockingBody<Get, int>
    {
        protected override int Run(Get coroutine, CancellationToken cancellationToken)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, coroutine.Url);
            using var http = new HttpClient();
            using var response = http.Send(request, cancellationToken);
            return (int)response.StatusCode;
        }
    }
}
