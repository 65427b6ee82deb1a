namespace OrleansAsync.Queues;

/// <summary>What is asked of a queue. The numbers travel: never change one.</summary>
internal enum QueueVerb
{
    /// <summary>Puts as many of the items as there is room for, as soon as there is any; the answer's value tells how many.</summary>
    Put = 0,

    /// <summary>Puts all the items or none.</summary>
    TryPut = 1,

    /// <summary>Takes at least one item and at most as many as the argument says.</summary>
    Get = 2,

    /// <summary>The same, if there is one.</summary>
    TryGet = 3,

    /// <summary>The items that the target took are its own from now on: they do not come back.</summary>
    Keep = 4,

    /// <summary>As many items as the argument says are done: the oldest that the target took.</summary>
    Done = 5,

    /// <summary>Waits until every item is done.</summary>
    Join = 6,

    /// <summary>Ends the queue once it is empty; with an argument other than 0 at once.</summary>
    ShutDown = 7,

    /// <summary>Counts the items.</summary>
    Count = 8,

    /// <summary>As many items as the argument says are done, of those that were kept.</summary>
    DoneKept = 9,
}
