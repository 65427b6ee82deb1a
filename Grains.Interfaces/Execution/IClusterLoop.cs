namespace OrleansAsync.Execution;

/// <summary>
/// The cluster seen as one event loop. Clients and grains inject it; a running coroutine is given one that is bound to its task.
/// </summary>
/// <remarks>
/// <para><b>asyncio:</b> the functions of the <c>asyncio</c> module. Each capability adds its verbs by an extension class, such as
/// <see cref="Tasks.TaskLoopExtensions"/>.</para>
/// <para><b>Cluster:</b> all members are safe to use from any thread in a client, and within the turns of its loop in a body.</para>
/// </remarks>
public interface IClusterLoop
{
    /// <summary>Gets the id of the task this loop is bound to; <see langword="null"/> outside a running coroutine.</summary>
    string? TaskId { get; }

    /// <summary>Gets how often the task was started before: 0 in its first run, and one more for each restart after a lost silo.</summary>
    int Attempt { get; }

    /// <summary>
    /// Gets the token that fires when the task is cancelled. Read it anew for each call: once a cancellation was delivered and the body
    /// went on, this property gives a fresh token, as asyncio delivers each cancellation once.
    /// </summary>
    CancellationToken CancellationToken { get; }

    /// <summary>Gets access to grains.</summary>
    IGrainFactory Grains { get; }

    /// <summary>Gets the clock that sleeps, timeouts and leases follow.</summary>
    TimeProvider Time { get; }
}
