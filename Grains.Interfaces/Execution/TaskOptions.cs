namespace OrleansAsync.Execution;

/// <summary>How a task is run.</summary>
public sealed record TaskOptions
{
    internal static readonly TaskOptions Default = new();

    /// <summary>Gets the task's name; by default <c>Task-</c> and its number.</summary>
    public string? Name { get; init; }

    /// <summary>What the task takes over from whoever creates it.</summary>
    internal TaskContext? Context { get; init; }

    /// <summary>Gets what becomes of the task when its silo is lost. Default: <see cref="OnLoss.Restart"/>.</summary>
    public OnLoss OnLoss { get; init; }

    /// <summary>Gets how often the task may be started again after its silo was lost; 0 or more. Default: 3.</summary>
    public int MaxRestarts { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxRestarts is 0 or more."); } = 3;
}
