namespace OrleansAsync.Crawling;

/// <summary>Where a URL stands in its <see cref="OriginFrontier"/>.</summary>
internal enum FrontierState : byte
{
    Queued,
    InFlight,
    Waiting,
    Done,
}
