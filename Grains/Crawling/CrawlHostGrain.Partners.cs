namespace OrleansAsync.Crawling;

/// <summary>Talks to hosts about slots and to other origins about links.</summary>
internal sealed partial class CrawlHostGrain
{
    private void Ask(HostAccount host)
    {
        // Its own host's slots an origin keeps over a short lack of work, another host's it does not.
        host.Slots.GiveBackSurplus(ReadyOn(host), quiet: (host != _home && host != _home.Address) || !IsActive || host.RobotsDue > time.GetUtcNow());
        if (host.IsAsking || !HasWish(host)) return;
        host.IsAsking = true;
        Run(() => AskAsync(host));
    }

    private (long Returned, int Target, TimeSpan? CrawlDelay, TimeSpan Latency) Wish(HostAccount host) =>
        (host.Slots.Returned, Math.Min(host.Limit, Math.Max(host.Slots.Held, host.Slots.InUse + ReadyOn(host))), host.CrawlDelay, host.Latency);

    /// <summary>Visits that could start if slots were there.</summary>
    private int ReadyOn(HostAccount host) => QueuedFor(host) + host.ReadyElsewhere;

    private int QueuedFor(HostAccount host) =>
        _stop > CrawlStop.PageLimit || host.RobotsDue > time.GetUtcNow() ? 0 : host.Hops.Count + (host == _home ? (int)Math.Min(_frontier.Queued, int.MaxValue / 2) : 0);

    /// <summary>Visits that have a slot of their host and need not wait for their time.</summary>
    private int StartableOn(HostAccount host, DateTimeOffset now) =>
        host.IsLoadingRobots || host.NextStart > now ? 0 : Math.Min(Math.Max(0, host.Slots.Spare), QueuedFor(host));

    /// <summary>Counts what waits for slots of addresses: only that for which the host has a slot already, so that nobody keeps slots of one and waits for the other.</summary>
    private void CountReady(DateTimeOffset now)
    {
        foreach (var host in _hosts.Values) host.ReadyElsewhere = 0;
        foreach (var host in _hosts.Values)
            if (host.Address is { } address)
                address.ReadyElsewhere += StartableOn(host, now);
    }

    private void Apply(HostAccount host, HostGrant grant)
    {
        if (host.Apply(grant, time.GetUtcNow())) host.Address = grant.Address is { } address ? AccountOf(address) : null;
    }

    private bool HasWish(HostAccount host)
    {
        var (now, told) = (Wish(host), host.Told);
        // To want less is no news, to want nothing is.
        return now.Returned != told.Returned || now.Target > told.Target || now.CrawlDelay != told.CrawlDelay || (now.Target == 0 && told.Target > 0)
            || LatencyThrottle.IsNews(told.Latency, now.Latency)
            || (host.IsBeatDue && (host.Slots.Held > 0 || told.Target > 0));
    }

    private async Task AskAsync(HostAccount host)
    {
        try
        {
            while (HasWish(host))
            {
                var wish = Wish(host);
                host.IsBeatDue = false;
                var startIn = host.NextStart - time.GetUtcNow();
                var request = new HostRequest(
                    this.GetPrimaryKeyString(),
                    _incarnation,
                    wish.Returned,
                    wish.Target,
                    Options.PerHost,
                    host.IsHost ? Options.Delay : TimeSpan.Zero,
                    wish.CrawlDelay,
                    host.Slots.Held,
                    startIn > TimeSpan.Zero ? startIn : TimeSpan.Zero,
                    wish.Latency);
                var grant = await RepeatAsync(() => host.Grain.RequestAsync(request));
                host.Told = wish;
                Apply(host, grant);
                Advance();
            }
        }
        finally
        {
            host.IsAsking = false;
        }
    }

    /// <summary>Forgets hosts that a redirect led to, and that nothing is going on with: their grains know nothing of this origin any more.</summary>
    private void ForgetHosts()
    {
        var kept = _hosts.Values.Where(host => host == _home || host.IsUsed || HasWish(host)).ToHashSet();
        kept.UnionWith(kept.Select(static host => host.Address).OfType<HostAccount>().ToArray());
        foreach (var (key, host) in _hosts)
            if (!kept.Contains(host))
                _hosts.Remove(key);
    }

    private void BackOff(HostAccount host, TimeSpan? retryAfter)
    {
        // At once; how long in all the host's grain knows.
        host.Pause(time.GetUtcNow() + (RetryPolicy.Wait(1, retryAfter) ?? RetryPolicy.LongestWait));
        var answered = host.TakeAnswered();
        Run(() => BackOffAsync(host, retryAfter, answered));
    }

    private async Task BackOffAsync(HostAccount host, TimeSpan? retryAfter, int answered)
    {
        var pause = await RepeatAsync(() => host.Grain.BackOffAsync(retryAfter, answered));
        host.Pause(time.GetUtcNow() + pause);
        Advance();
    }

    private void SendLinks()
    {
        if (IsHalted) return;
        foreach (var origin in _outbox.Ready)
        {
            var batch = _outbox.Take(origin);
            Run(() => SendAsync(origin, batch));
        }
    }

    private async Task SendAsync(string origin, LinkBatch batch)
    {
        var target = GrainFactory.GetGrain<ICrawlHostGrain>(new CrawlHostKey(_key.CrawlId, origin).ToString());
        await RepeatAsync(async () =>
        {
            await target.AddLinksAsync(batch);
            return true;
        });
        _changes.Sent(origin, _outbox.Acknowledge(origin));
        Advance();
    }
}
