namespace OrleansAsync.Execution;

/// <summary>What a silo has for code that blocks: threads and child processes, apart from those of the loops.</summary>
internal interface IExecutor
{
    /// <summary>Runs code on one of the silo's executor threads.</summary>
    /// <param name="body">The type of the body.</param>
    /// <param name="code">The code. Its token fires when the call is cancelled while it runs, or when the silo shuts down.</param>
    /// <param name="cancellationToken">Takes the call out of the queue, or ends the wait for it: a thread cannot be stopped.</param>
    Task<T> RunAsync<T>(Type body, Func<CancellationToken, T> code, CancellationToken cancellationToken);

    /// <summary>Runs the code of a body in one of the silo's child processes.</summary>
    /// <param name="body">The type of the body, an <see cref="IProcessBody"/>.</param>
    /// <param name="coroutine">The call.</param>
    /// <param name="cancellationToken">Takes the call out of the queue, or ends the process; then the wait ends when the process is gone.</param>
    Task<T> RunInProcessAsync<T>(Type body, Coroutine coroutine, CancellationToken cancellationToken);

    /// <summary>The silo begins to shut down: from now on a cancelled call ends with its thread, so that it does not run here and elsewhere.</summary>
    void Leave();
}
