using OrleansAsync.Execution;

namespace OrleansAsync.Faults;

/// <summary>Keeps a child process of a silo busy until it is ended.</summary>
/// <param name="Journal">Where it notes its start.</param>
[GenerateSerializer, Immutable, Alias("oa.faults.spin")]
public sealed record Spin([property: Id(0)] string Journal) : Coroutine;

internal sealed class SpinBody : ProcessBody<Spin>
{
    protected override void Run(Spin coroutine)
    {
        new Journal(coroutine.Journal).Add(0, 0, JournalEvent.Started);
        while (true) Thread.SpinWait(1_000);
    }
}
