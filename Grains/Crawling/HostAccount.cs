namespace OrleansAsync.Crawling;

/// <summary>
/// What an origin's grain holds and knows of one host it sends requests to: its own, or one that a redirect leads to; or of the address of such a host,
/// where a request to it needs a slot, too.
/// </summary>
internal sealed class HostAccount(string host, IHostGrain grain)
{
    private TimeSpan _interval;

    public string Host => host;

    public IHostGrain Grain => grain;

    /// <summary>It stands in URLs. Else it is only the address of others, which has slots but no delay.</summary>
    public bool IsHost { get; set; }

    /// <summary>The account of the host's address, if the host is known by a name.</summary>
    public HostAccount? Address { get; set; }

    /// <summary>Visits to hosts of this address that could start if slots were here.</summary>
    public int ReadyElsewhere { get; set; }

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

    /// <summary>The longest that a robots.txt of the host asks for.</summary>
    public TimeSpan? CrawlDelay { get; private set; }

    /// <summary>When to ask again for a robots.txt that could not be had.</summary>
    public DateTimeOffset RobotsDue { get; set; }

    /// <summary>How long the host takes to answer.</summary>
    public TimeSpan Latency { get; private set; }

    /// <summary>Answers since the host refused a request.</summary>
    public int Answered { get; private set; }

    /// <summary>A request to the host's grain is out.</summary>
    public bool IsAsking { get; set; }

    public (long Returned, int Target, TimeSpan? CrawlDelay, TimeSpan Latency) Told { get; set; }

    /// <summary>The lease is due for renewal.</summary>
    public bool IsBeatDue { get; set; }

    public bool IsUsed => Slots.Held > 0 || Hops.Count > 0 || IsAsking || IsLoadingRobots || Told.Target > 0;

    /// <summary>Takes a grant.</summary>
    /// <returns>Whether it is the latest.</returns>
    public bool Apply(HostGrant grant, DateTimeOffset now)
    {
        Pause(now + grant.StartIn);
        if (!Slots.Apply(grant.Granted, grant.Share, grant.Version)) return false;
        _interval = grant.Interval;
        Limit = grant.Limit;
        return true;
    }

    /// <summary>Takes what the robots.txt of an origin says. It has just been requested: the next request keeps its distance.</summary>
    public void Apply(string origin, RobotsGate gate, DateTimeOffset now)
    {
        Robots[origin] = gate;
        CrawlDelay = Robots.Values.Max(static known => known.CrawlDelay);
        Pause(now + (CrawlDelay ?? TimeSpan.Zero));
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

    /// <summary>Takes how long an answer took.</summary>
    /// <param name="elapsed">The time.</param>
    /// <param name="failed">It was no answer, or an error that may pass.</param>
    public void Learn(TimeSpan elapsed, bool failed)
    {
        Latency = LatencyThrottle.Next(Latency, elapsed, failed);
        if (!failed) Answered++;
    }

    /// <summary>The host refused a request: answers are counted anew.</summary>
    /// <returns>How many there were.</returns>
    public int TakeAnswered()
    {
        var answered = Answered;
        Answered = 0;
        return answered;
    }
}
