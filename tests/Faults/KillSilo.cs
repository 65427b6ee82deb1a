using System.Diagnostics;
using OrleansAsync.Execution;

namespace OrleansAsync.Faults;

/// <summary>Kills the silo that runs it, each time it is started.</summary>
/// <param name="Journal">Where it notes its starts.</param>
[GenerateSerializer, Immutable, Alias("oa.faults.kill-silo")]
public sealed record KillSilo([property: Id(0)] string Journal) : Coroutine;

internal sealed class KillSiloBody : CoroutineBody<KillSilo>
{
    protected override Task RunAsync(KillSilo coroutine, IClusterLoop loop)
    {
        new Journal(coroutine.Journal).Add(0, loop.Attempt, JournalEvent.Started);
        using var self = Process.GetCurrentProcess();
        self.Kill();
        // The signal takes effect a moment later: until then the task must not end.
        return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
    }
}
