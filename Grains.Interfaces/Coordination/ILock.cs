namespace OrleansAsync.Coordination;

/// <summary>A lock that one holds at a time: asyncio's <c>Lock</c>.</summary>
/// <remarks>
/// <para><b>asyncio:</b> the same: who waits gets it in the order of asking, nobody passes those who wait, and a cancelled waiter takes nothing.</para>
/// <para><b>Cluster:</b> a hold of a <see cref="ClusterLock"/> is a lease; a local lock is one of its process.</para>
/// </remarks>
public interface ILock
{
    /// <summary>Waits until the lock is free and takes it. A cancel point of the running task if it has to wait.</summary>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>What releases it: <c>await using (await theLock.AcquireAsync()) { … }</c>.</returns>
    /// <exception cref="OperationCanceledException">It was given up, or the running task was cancelled; the lock is not taken.</exception>
    /// <remarks><b>asyncio:</b> <c>async with lock</c>, <c>lock.acquire()</c>. The lease need not be kept: see <see cref="ReleaseAsync"/>.</remarks>
    Task<Lease> AcquireAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes the lock if it is free.</summary>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>What releases it; <see langword="null"/> if the lock is held.</returns>
    /// <remarks><b>asyncio:</b> has none.</remarks>
    Task<Lease?> TryAcquireAsync(CancellationToken cancellationToken = default);

    /// <summary>Releases the lock, whichever task of this process acquired it.</summary>
    /// <exception cref="InvalidOperationException">This process does not hold it.</exception>
    /// <remarks>
    /// <para><b>asyncio:</b> <c>lock.release()</c>: any task may release. No cancel point.</para>
    /// <para><b>Cluster:</b> any task of this process; what another process holds only it, or the end of its lease, releases.</para>
    /// </remarks>
    Task ReleaseAsync();

    /// <summary>Tells whether the lock is held.</summary>
    /// <param name="cancellationToken">Gives the question up.</param>
    /// <remarks>
    /// <para><b>asyncio:</b> <c>lock.locked()</c>.</para>
    /// <para><b>Cluster:</b> it asks the cluster, and the answer is as old as its message.</para>
    /// </remarks>
    Task<bool> LockedAsync(CancellationToken cancellationToken = default);
}
