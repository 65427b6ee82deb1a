namespace OrleansAsync.Execution;

/// <summary>What becomes of a task whose silo is lost.</summary>
public enum OnLoss
{
    /// <summary>It is started again on another silo: at least once. <see cref="IClusterLoop.Attempt"/> tells the body.</summary>
    Restart,

    /// <summary>It ends with a <see cref="TaskLostException"/>: at most once.</summary>
    Fail,
}
