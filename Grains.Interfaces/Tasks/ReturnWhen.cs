namespace OrleansAsync.Tasks;

/// <summary>When a wait for several tasks ends.</summary>
public enum ReturnWhen
{
    /// <summary>When all have ended.</summary>
    AllCompleted,

    /// <summary>When any has ended.</summary>
    FirstCompleted,

    /// <summary>When any has failed, else when all have ended. A cancelled task has not failed.</summary>
    FirstException,
}
