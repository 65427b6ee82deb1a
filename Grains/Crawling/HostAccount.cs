namespace OrleansAsync.Crawling;

/// <summary>What an origin's grain holds and knows of one host it sends requests to: its own, or one that a redirect leads to.</summary>
internal sealed class HostAccount(string host, IHostGrain grain)
{
    private TimeSpan _interval;

    public string Host => host;

    public IHostGrain Grain => grain;

    public SlotAccount Slots { get; } = new();

    /// <summary>Visits that a redirect led here and that wait for a slot.</summary>
    public Queue<PageVisit> Hops { get; } = new();

    /// <summary>What is known of robots.txt, by origin.</summary>
    public Dictionary<string, RobotsGate> Robots { get; } = new(StringComparer.Ordinal);

    /// <summary>A robots.txt is on its way; nothing else is requested meanwhile.</summary>
    public bool IsLoadingRobots { get; set; }

    /// <summary>The least time between two starts: what the host's grain says, or what robots.txt says and the grain does not know yet.</summary>
    public TimeSpan Interval => CrawlDelay > _interval ? CrawlDelay.Value : _interval;

    /// <summary>The most slots the host gives; a guess until its first grant.</summary>
    public int Limit { get; private set; } = 8;

    public DateTimeOffset NextStart { get; private set; }

    public TimeSpan? CrawlDelay { get; set; }

    /// <summary>When to ask again for a robots.txt that could not be had.</summary>
    public DateTimeOffset RobotsDue { get; set; }

    /// <summary>A request to the host's grain is out.</summary>
    public bool IsAsking { get; set; }

    public (long Returned, int Target, TimeSpan? CrawlDelay) Told { get; set; }

    /// <summary>The lease is due for renewal.</summary>
    public bool IsBeatDue { get; set; }

    public bool IsUsed => Slots.Held > 0 || Hops.Count > 0 || IsAsking || IsLoadingRobots || Told.Target > 0;

    public void Apply(HostGrant grant, DateTimeOffset now)
    {
        Slots.Apply(grant.Granted, grant.Share, grant.Version);
        _interval = grant.Interval;
        Limit = grant.Limit;
        Pause(now + grant.StartIn);
    }

    public void Pause(DateTimeOffset until)
    {
        if (until > NextStart) NextStart = until;
    }

    /// <summary>Begins a request: the next one keeps its distance, whatever waits for slots and turns did to the times granted.</summary>
    public void Begin(DateTimeOffset now)
    {
        Slots.Use();
        if (Interval > TimeSpan.Zero) Pause(now + Interval);
    }

    /// <summary>Ends a request; with a delay a slot is good for one.</summary>
    public void End() => Slots.Done(giveBack: Interval > TimeSpan.Zero);
}
