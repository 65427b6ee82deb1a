namespace OrleansAsync.Crawling;

/// <summary>Where a URL stands in its <see cref="OriginFrontier"/>.</summary>
internal enum FrontierState : byte
{
    /// <summary>The store has not said yet whether it is new.</summary>
    Entering,
    Queued,
    InFlight,
    Waiting,
    Gone,
}
