using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <summary>The task that runs the code that asks: what a body can tell of itself, and do to itself.</summary>
/// <remarks>
/// <para><b>asyncio:</b> <c>asyncio.current_task()</c>. Not a <see cref="ClusterTask"/>, as that handle belongs to whoever created the task.</para>
/// <para><b>Cluster:</b> it is local to the loop that runs the task, so nothing here sends a message.</para>
/// </remarks>
public sealed class CurrentTask : IEquatable<CurrentTask>
{
    private readonly ClusterLoop _loop;

    internal CurrentTask(ClusterLoop loop) => _loop = loop;

    /// <summary>Gets the task's id.</summary>
    public string Id => _loop.TaskId!;

    /// <summary>Gets or sets the task's name, as <c>oa ps</c> shows it from now on; its owner's handle keeps the one it was created with.</summary>
    public string Name
    {
        get => _loop.Name;
        set
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value);
            _loop.Name = value;
        }
    }

    /// <summary>Gets how many cancels were requested and not taken back: <c>Task.cancelling()</c>.</summary>
    public int Cancelling => _loop.Cancelling;

    /// <summary>Takes one cancel request back: <c>Task.uncancel()</c>. At zero, a cancel that was not delivered yet never is.</summary>
    /// <returns>How many are left.</returns>
    /// <remarks>A body that swallows a cancel for good should call it; the blocks of timeouts and groups do it for their own cancels.</remarks>
    public int Uncancel() => _loop.Uncancel();

    /// <summary>Requests that this task be cancelled; it takes effect at its next cancel point.</summary>
    /// <param name="message">Arrives as <see cref="ClusterTaskCanceledException.CancelMessage"/>.</param>
    public void Cancel(string? message = null) => _loop.Cancel(message);

    /// <inheritdoc/>
    public bool Equals(CurrentTask? other) => other is not null && other._loop == _loop;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CurrentTask);

    /// <inheritdoc/>
    public override int GetHashCode() => _loop.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Id}{(Cancelling > 0 ? ", cancelling" : "")})";
}
