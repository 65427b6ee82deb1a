using System.Diagnostics.Metrics;

namespace OrleansAsync.Execution.Executors;

/// <summary>The metrics of executors; <c>kind</c> is <c>thread</c> or <c>process</c>.</summary>
internal sealed class ExecutorTelemetry(string kind)
{
    private static readonly UpDownCounter<long> Threads = TaskTelemetry.Meter.CreateUpDownCounter<long>("orleansasync.executor.threads", "{thread}", "Threads of executors; those of kind process each serve one child process.");
    private static readonly UpDownCounter<long> Running = TaskTelemetry.Meter.CreateUpDownCounter<long>("orleansasync.executor.running", "{call}", "Calls that run in an executor, with those whose task was cancelled and whose thread goes on.");
    private static readonly UpDownCounter<long> Queued = TaskTelemetry.Meter.CreateUpDownCounter<long>("orleansasync.executor.queued", "{call}", "Calls that wait for a thread or process of their silo.");

    private readonly KeyValuePair<string, object?> _kind = new("kind", kind);

    public void OnThreads(int change) => Threads.Add(change, _kind);

    public void OnRunning(int change) => Running.Add(change, _kind);

    public void OnQueued(int change) => Queued.Add(change, _kind);
}
