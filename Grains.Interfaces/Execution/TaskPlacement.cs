namespace OrleansAsync.Execution;

/// <summary>Which of a cluster's event loops a task runs on.</summary>
public enum TaskPlacement
{
    /// <summary>The loops of all silos take turns.</summary>
    Spread,

    /// <summary>
    /// The loop of the task that creates it: the turns of both follow one another, as all do in asyncio, so they can share what is not safe for threads.
    /// Outside a coroutine, where there is no loop, it is <see cref="Spread"/>. If that loop's silo shuts down, both tasks go on elsewhere, not
    /// necessarily together; if it is lost, so is the creator.
    /// </summary>
    SameLoop,
}
