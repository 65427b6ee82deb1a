using OrleansAsync.Execution;

namespace OrleansAsync.Workloads;

/// <summary>Tells how much memory the process that runs it has needed so far.</summary>
[GenerateSerializer, Immutable, Alias("oa.workloads.measure-memory")]
public sealed record MeasureMemory : Coroutine<ProcessMemory>;

/// <summary>The memory of a process.</summary>
/// <param name="Machine">The machine's name.</param>
/// <param name="ProcessId">The process.</param>
/// <param name="PeakBytes">Its largest resident set so far, in bytes.</param>
[GenerateSerializer, Immutable, Alias("oa.workloads.process-memory")]
public sealed record ProcessMemory([property: Id(0)] string Machine, [property: Id(1)] int ProcessId, [property: Id(2)] long PeakBytes)
{
    /// <summary>Measures this process.</summary>
    public static ProcessMemory OfThisProcess()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new(Environment.MachineName, process.Id, process.PeakWorkingSet64);
    }
}

internal sealed class MeasureMemoryBody : CoroutineBody<MeasureMemory, ProcessMemory>
{
    protected override Task<ProcessMemory> RunAsync(MeasureMemory coroutine, IClusterLoop loop) => Task.FromResult(ProcessMemory.OfThisProcess());
}
