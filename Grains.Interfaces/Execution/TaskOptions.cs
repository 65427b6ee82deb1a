namespace OrleansAsync.Execution;

/// <summary>How a task is run.</summary>
public sealed record TaskOptions
{
    internal static readonly TaskOptions Default = new();

    /// <summary>Gets the task's name; by default <c>Task-</c> and its number.</summary>
    public string? Name { get; init; }

    /// <summary>What the task takes over from whoever creates it.</summary>
    internal TaskContext? Context { get; init; }

    /// <summary>Whether its creator takes it for a call that blocks.</summary>
    internal bool IsInExecutor { get; init; }

    /// <summary>Gets whether the first step runs inside <c>CreateTask</c>, on the loop of the task that creates it. Default: false.</summary>
    /// <remarks>
    /// <para><b>asyncio:</b> <c>eager_start=True</c>. A coroutine that never suspends has ended when <c>CreateTask</c> returns; any other goes on as usual.</para>
    /// <para><b>Cluster:</b> it stays on its creator's loop, so it suits short children; outside a coroutine, where there is no loop, it changes nothing.
    /// If that loop's silo is lost, so is the creator.</para>
    /// </remarks>
    public bool Eager { get; init; }

    /// <summary>Gets which loop the task runs on. Default: <see cref="TaskPlacement.Spread"/>.</summary>
    /// <remarks>
    /// <para><b>asyncio:</b> what an event loop policy decides: which loop a coroutine gets. There it is the thread's, here a cluster has several.</para>
    /// </remarks>
    public TaskPlacement Placement { get; init; }

    /// <summary>Gets what becomes of the task when its silo is lost. Default: <see cref="OnLoss.Restart"/>.</summary>
    public OnLoss OnLoss { get; init; }

    /// <summary>Gets how often the task may be started again after its silo was lost; 0 or more. Default: 3.</summary>
    public int MaxRestarts { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxRestarts is 0 or more."); } = 3;
}
