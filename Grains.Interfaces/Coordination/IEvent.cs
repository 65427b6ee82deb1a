namespace OrleansAsync.Coordination;

/// <summary>A flag that can be waited for: asyncio's <c>Event</c>.</summary>
/// <remarks>
/// <para><b>asyncio:</b> the same. All who wait when it is set go on, even if it is cleared at once.</para>
/// <para><b>Cluster:</b> the flag of a <see cref="ClusterEvent"/> survives the loss of its silo.</para>
/// </remarks>
public interface IEvent
{
    /// <summary>Waits until the event is set. A cancel point of the running task if it has to wait.</summary>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="OperationCanceledException">It was given up, or the running task was cancelled.</exception>
    /// <remarks>
    /// <para><b>asyncio:</b> <c>event.wait()</c>.</para>
    /// <para><b>Cluster:</b> it asks the cluster, also when the event is set.</para>
    /// </remarks>
    Task WaitAsync(CancellationToken cancellationToken = default);

    /// <summary>Sets the event: all who wait go on, and whoever comes until it is cleared does not wait.</summary>
    /// <param name="cancellationToken">Ends the wait for the answer; the event may be set all the same.</param>
    /// <remarks><b>asyncio:</b> <c>event.set()</c>.</remarks>
    Task SetAsync(CancellationToken cancellationToken = default);

    /// <summary>Clears the event: whoever comes from now on waits until it is set again.</summary>
    /// <param name="cancellationToken">Ends the wait for the answer; the event may be cleared all the same.</param>
    /// <remarks><b>asyncio:</b> <c>event.clear()</c>.</remarks>
    Task ClearAsync(CancellationToken cancellationToken = default);

    /// <summary>Tells whether the event is set.</summary>
    /// <param name="cancellationToken">Gives the question up.</param>
    /// <remarks>
    /// <para><b>asyncio:</b> <c>event.is_set()</c>.</para>
    /// <para><b>Cluster:</b> it asks the cluster, and the answer is as old as its message.</para>
    /// </remarks>
    Task<bool> IsSetAsync(CancellationToken cancellationToken = default);
}
