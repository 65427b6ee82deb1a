namespace OrleansAsync.Coordination;

/// <summary>A place where several meet before all go on: asyncio's <c>Barrier</c>. It may be used again and again.</summary>
/// <remarks>
/// <para><b>asyncio:</b> the same, except that all leave in one step: nobody who comes then has to wait for those who are leaving, and an abort finds
/// nobody half-way out.</para>
/// <para><b>Cluster:</b> who waits and vanishes is not counted any more. That a <see cref="ClusterBarrier"/> is broken, and whom it let through last,
/// survives the loss of its silo.</para>
/// </remarks>
public interface IBarrier
{
    /// <summary>Gets how many must wait for all to go on.</summary>
    int Parties { get; }

    /// <summary>Waits until as many do as there are parties. A cancel point of the running task if it has to wait.</summary>
    /// <param name="cancellationToken">Gives it up; the others wait on, for one more.</param>
    /// <returns>A number from 0 to the number of parties less one, another for each of those who went on together: for instance, 0 cleans up.</returns>
    /// <exception cref="BrokenBarrierException">The barrier is broken, or was reset meanwhile; or it opened more than once while its silo was lost.</exception>
    /// <exception cref="OperationCanceledException">It was given up, or the running task was cancelled.</exception>
    /// <remarks><b>asyncio:</b> <c>barrier.wait()</c>, <c>async with barrier</c>, whose end does nothing.</remarks>
    Task<int> WaitAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends away who waits, and makes the barrier as new, also a broken one.</summary>
    /// <param name="cancellationToken">Ends the wait for the answer; it may be reset all the same.</param>
    /// <remarks><b>asyncio:</b> <c>barrier.reset()</c>: who waits gets the error, who comes then does not.</remarks>
    Task ResetAsync(CancellationToken cancellationToken = default);

    /// <summary>Breaks the barrier: who waits, and who comes until it is reset, gets the error.</summary>
    /// <param name="cancellationToken">Ends the wait for the answer; it may be broken all the same.</param>
    /// <remarks><b>asyncio:</b> <c>barrier.abort()</c>.</remarks>
    Task AbortAsync(CancellationToken cancellationToken = default);

    /// <summary>Tells how many wait and whether it is broken.</summary>
    /// <param name="cancellationToken">Gives the question up.</param>
    /// <remarks>
    /// <para><b>asyncio:</b> <c>n_waiting</c>, <c>broken</c>.</para>
    /// <para><b>Cluster:</b> it asks the cluster, and the answer is as old as its message.</para>
    /// </remarks>
    Task<BarrierStatus> GetStatusAsync(CancellationToken cancellationToken = default);
}
