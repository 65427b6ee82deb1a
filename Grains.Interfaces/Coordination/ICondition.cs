namespace OrleansAsync.Coordination;

/// <summary>A lock with a way to wait for what its holders change: asyncio's <c>Condition</c>. Several conditions may share one lock.</summary>
/// <remarks>
/// <para><b>asyncio:</b> the same. A wait may end though nothing has changed, so look again: <see cref="WaitForAsync(Func{bool}, CancellationToken)"/>
/// does.</para>
/// <para><b>Cluster:</b> a <see cref="ClusterCondition"/> lives with its lock. When their silo is lost, whoever waited is woken as if notified.</para>
/// </remarks>
public interface ICondition : ILock
{
    /// <summary>Releases the lock, waits to be notified, and takes the lock again. A cancel point of the running task.</summary>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="InvalidOperationException">This process does not hold the lock.</exception>
    /// <exception cref="OperationCanceledException">It was given up, or the running task was cancelled. The lock is held again by then, however long that takes.</exception>
    /// <remarks>
    /// <para><b>asyncio:</b> <c>condition.wait()</c>. Who is cancelled after it was notified passes the notification on.</para>
    /// <para><b>Cluster:</b> the lease that the lock was acquired with stays good, with a new fencing number.</para>
    /// </remarks>
    Task WaitAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until something holds: looks, and looks again each time it was notified. The lock is held whenever it looks.</summary>
    /// <param name="predicate">What is to hold.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <inheritdoc cref="WaitAsync" path="/exception"/>
    /// <remarks><b>asyncio:</b> <c>condition.wait_for(predicate)</c>. If it holds at once, no lock is needed.</remarks>
    Task WaitForAsync(Func<bool> predicate, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="WaitForAsync(Func{bool}, CancellationToken)"/>
    /// <remarks><b>asyncio:</b> has none: what is to hold is looked up where it is, for instance in a grain.</remarks>
    Task WaitForAsync(Func<Task<bool>> predicate, CancellationToken cancellationToken = default);

    /// <summary>Wakes those who wait longest. They go on when the lock is released.</summary>
    /// <param name="count">How many; if fewer wait, all of them. Zero wakes nobody.</param>
    /// <param name="cancellationToken">Ends the wait for the answer; they may be woken all the same.</param>
    /// <exception cref="InvalidOperationException">This process does not hold the lock.</exception>
    /// <remarks><b>asyncio:</b> <c>condition.notify(n)</c>.</remarks>
    Task NotifyAsync(int count = 1, CancellationToken cancellationToken = default);

    /// <summary>Wakes all who wait. They go on one by one, as the lock is released.</summary>
    /// <param name="cancellationToken">Ends the wait for the answer; they may be woken all the same.</param>
    /// <exception cref="InvalidOperationException">This process does not hold the lock.</exception>
    /// <remarks><b>asyncio:</b> <c>condition.notify_all()</c>.</remarks>
    Task NotifyAllAsync(CancellationToken cancellationToken = default);
}
