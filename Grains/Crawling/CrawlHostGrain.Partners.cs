namespace OrleansAsync.Crawling;

/// <summary>Talks to hosts about slots and to other origins about links.</summary>
internal sealed partial class CrawlHostGrain
{
    private void Ask(HostAccount host)
    {
        // Its own host's slots an origin keeps over a short lack of work, another host's it does not.
        host.Slots.GiveBackSurplus(ReadyOn(host), quiet: host != _home || !IsActive || host.RobotsDue > time.GetUtcNow());
        if (host.IsAsking || !HasWish(host)) return;
        host.IsAsking = true;
        Run(() => AskAsync(host));
    }

    private (long Returned, int Target, TimeSpan? CrawlDelay) Wish(HostAccount host) =>
        (host.Slots.Returned, Math.Min(host.Limit, host.Slots.InUse + ReadyOn(host)), host.CrawlDelay);

    private bool HasWish(HostAccount host)
    {
        var (now, told) = (Wish(host), host.Told);
        // To want less is no news, to want nothing is.
        return now.Returned != told.Returned || now.Target > told.Target || now.CrawlDelay != told.CrawlDelay || (now.Target == 0 && told.Target > 0)
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
                var request = new HostRequest(this.GetPrimaryKeyString(), _incarnation, wish.Returned, wish.Target, Options.PerHost, Options.Delay, wish.CrawlDelay);
                var grant = await RepeatAsync(() => host.Grain.RequestAsync(request));
                host.Told = wish;
                host.Apply(grant, time.GetUtcNow());
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
        foreach (var (name, host) in _hosts)
            if (host != _home && !host.IsUsed && !HasWish(host))
                _hosts.Remove(name);
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
