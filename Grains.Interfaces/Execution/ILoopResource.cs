namespace OrleansAsync.Execution;

/// <summary>What a running task holds and should give back before it ends.</summary>
internal interface ILoopResource
{
    /// <summary>The task has ended with it.</summary>
    void OnTaskEnded(ClusterLoop task);
}
