namespace OrleansAsync.Tasks.Introspection;

/// <summary>By which verb a task waits.</summary>
[GenerateSerializer, Alias(Aliases.AwaitKind)]
public enum AwaitKind
{
    /// <summary>For something the loop knows nothing of: <c>loop.Await(token => …)</c>.</summary>
    Other,

    /// <summary><c>SleepAsync</c>.</summary>
    Sleep,

    /// <summary><c>await</c> of one task.</summary>
    Await,

    /// <summary><c>GatherAsync</c>.</summary>
    Gather,

    /// <summary><c>WaitAsync</c>.</summary>
    Wait,

    /// <summary><c>AsCompleted</c>.</summary>
    AsCompleted,

    /// <summary>The block of a task group, or the end of its tasks.</summary>
    Group,

    /// <summary><c>ShieldAsync</c>.</summary>
    Shield,

    /// <summary>The block of a timeout; what the block waits for comes with it.</summary>
    Timeout,

    /// <summary>A thread or a child process of the silo's executor.</summary>
    Executor,

    /// <summary>A lock, semaphore, event, condition, barrier or queue; <see cref="ClusterTaskWait.What"/> says which.</summary>
    Primitive,
}
