using OrleansAsync.Execution;

namespace OrleansAsync.Workloads;

/// <summary>Waits in a child process of a silo.</summary>
/// <param name="Delay">How long to wait.</param>
[GenerateSerializer, Immutable, Alias("oa.workloads.nap-in-process")]
public sealed record NapInProcess([property: Id(0)] TimeSpan Delay) : Coroutine<ProcessMemory>;

internal sealed class NapInProcessBody : ProcessBody<NapInProcess, ProcessMemory>
{
    protected override ProcessMemory Run(NapInProcess coroutine)
    {
        using var never = new ManualResetEvent(false);
        never.WaitOne(coroutine.Delay);
        return ProcessMemory.OfThisProcess();
    }
}
