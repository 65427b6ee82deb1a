using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <summary>How a detached task is run and how long its result is kept.</summary>
public sealed record DetachedTaskOptions
{
    /// <summary>Gets the task's name; by default its id.</summary>
    public string? Name { get; init; }

    /// <summary>Gets what becomes of the task when its silo is lost, or the whole cluster. Default: <see cref="OnLoss.Restart"/>.</summary>
    public OnLoss OnLoss { get; init; }

    /// <summary>Gets how often the task may be started again after its silo was lost; 0 or more. Default: 3. Silos that shut down in order do not count.</summary>
    public int MaxRestarts { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxRestarts is 0 or more."); } = 3;

    /// <summary>Gets how long the result is kept after the end, read or not; more than zero, up to 10 years. Default: 7 days.</summary>
    public TimeSpan Retention
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromDays(3653)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Retention is more than zero and at most 10 years.");
    } = TimeSpan.FromDays(7);
}
