using OrleansAsync.Execution.Executors;

namespace OrleansAsync.Tests.Unit.Execution;

/// <summary>Calls of tests in threads of an executor.</summary>
internal static class WorkerThreadsCalls
{
    public static void Hold(Gate started, Gate gate)
    {
        started.Open();
        gate.Block();
    }

    public static Task<bool> Run(WorkerThreads threads, Action<CancellationToken> code) => RunUntil(TestContext.Current.CancellationToken, threads, code);

#pragma warning disable CA1068 // the last parameter is the code of the test
    public static Task<bool> RunUntil(CancellationToken cancellationToken, WorkerThreads threads, Action<CancellationToken> code) => threads.RunAsync(
        typeof(WorkerThreadsTests),
        (_, token) =>
        {
            code(token);
            return true;
        },
        endsWithThread: false,
        cancellationToken);
#pragma warning restore CA1068

    public static Task<T> Get<T>(WorkerThreads threads, Func<WorkerThreads.Worker, CancellationToken, T> code) =>
        threads.RunAsync(typeof(WorkerThreadsTests), code, endsWithThread: false, TestContext.Current.CancellationToken);
}
