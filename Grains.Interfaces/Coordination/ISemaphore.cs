namespace OrleansAsync.Coordination;

/// <summary>A number of permits, each of which one holds at a time: asyncio's <c>Semaphore</c> and <c>BoundedSemaphore</c>.</summary>
/// <remarks>
/// <para><b>asyncio:</b> the same: who waits gets a permit in the order of asking, nobody passes those who wait, and a cancelled waiter takes nothing.</para>
/// <para><b>Cluster:</b> a hold of a cluster form is a lease, with a <see cref="Lease.Slot"/> of its own; a local semaphore is one of its process.</para>
/// </remarks>
public interface ISemaphore
{
    /// <summary>Waits until a permit is free and takes it. A cancel point of the running task if it has to wait.</summary>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>What releases it: <c>await using (await semaphore.AcquireAsync()) { … }</c>.</returns>
    /// <exception cref="OperationCanceledException">It was given up, or the running task was cancelled; no permit is taken.</exception>
    /// <remarks><b>asyncio:</b> <c>async with semaphore</c>, <c>semaphore.acquire()</c>. The lease need not be kept: see <see cref="ReleaseAsync"/>.</remarks>
    Task<Lease> AcquireAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes a permit if one is free.</summary>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>What releases it; <see langword="null"/> if none is free.</returns>
    /// <remarks><b>asyncio:</b> has none.</remarks>
    Task<Lease?> TryAcquireAsync(CancellationToken cancellationToken = default);

    /// <summary>Releases the permit that this process holds longest. If it holds none, a semaphore that is not bounded gets one more permit than it had.</summary>
    /// <exception cref="InvalidOperationException">This process holds none, and the semaphore is bounded.</exception>
    /// <remarks>
    /// <para><b>asyncio:</b> <c>semaphore.release()</c>: any task may release, and who never acquired adds a permit. Release by the lease or by this, not by
    /// both: this takes the oldest hold, whoever has its lease.</para>
    /// <para><b>Cluster:</b> any task of this process. A permit that was added outlives its maker; one that is held returns with its holder's end.
    /// Giving back what is held is no cancel point.</para>
    /// </remarks>
    Task ReleaseAsync();

    /// <summary>Tells whether no permit is free.</summary>
    /// <param name="cancellationToken">Gives the question up.</param>
    /// <remarks>
    /// <para><b>asyncio:</b> <c>semaphore.locked()</c>.</para>
    /// <para><b>Cluster:</b> it asks the cluster, and the answer is as old as its message.</para>
    /// </remarks>
    Task<bool> LockedAsync(CancellationToken cancellationToken = default);
}
