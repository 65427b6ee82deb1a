using System.Collections.Immutable;

namespace OrleansAsync.Crawling;

internal sealed partial class CrawlHostGrain
{
    /// <summary>What was not stored or sent yet holds back new visits: it waits in memory.</summary>
    private const int MaxUnstored = 256;
    private const long MaxUnstoredSize = 64 * 1024 * 1024;
    private const int MaxUnsent = 10_000;

    private bool TryStart(HostAccount host, DateTimeOffset now)
    {
        if (_stop > CrawlStop.PageLimit || host.IsLoadingRobots || host.RobotsDue > now || host.Slots.Spare <= 0 || _slots.Spare <= 0 || host.NextStart > now) return false;
        var address = host.Address;
        if (address is not null && (address.Slots.Spare <= 0 || address.NextStart > now)) return false;
        if (_changes.Records.Count + _records.Count >= MaxUnstored || _changes.Size + _recordsSize >= MaxUnstoredSize || _outbox.Count >= MaxUnsent) return false;

        var isHop = host.Hops.TryPeek(out var visit);
        var entry = isHop ? visit!.Entry : host == _home ? _frontier.Peek() : null;
        if (entry is null) return false;
        if (!isHop && CountsAsPage(entry) && _budget.Spare <= 0) return false;

        if (!isHop && entry.Sitemap is not null && TryLeave(entry)) return true;
        if (!isHop && entry.Attempts == 0 && _traps.Refuse(entry.Href, entry.Depth) is { } trap)
        {
            _frontier.Take();
            Skip(entry, trap);
            _frontier.Complete(entry);
            return true;
        }

        var url = isHop ? visit!.Url : entry.Href;
        if (GateOf(host, url, now) is not { } gate)
        {
            Begin(host, now);
            host.IsLoadingRobots = true;
            Run(() => LoadRobotsAsync(host, address, Origins.Of(url)));
            return false;
        }

        if (entry.Sitemap == Sitemap.SearchLevel)
        {
            FindSitemaps(entry, gate);
            return true;
        }

        if (isHop)
        {
            host.Hops.Dequeue();
        }
        else
        {
            _frontier.Take();
            visit = new PageVisit(entry);
        }

        if (gate.Check(url) is { } refusal)
        {
            if (!isHop) entry.Attempts = gate.Attempts;
            Finish(visit!, Refused(visit!, refusal.Outcome, refusal.Error));
            return true;
        }

        if (!isHop)
        {
            if (CountsAsPage(entry)) _budget.Use();
            entry.Attempts++;
        }

        Begin(host, now);
        Run(() => VisitAsync(visit!, host, address));
        return true;
    }

    /// <summary>Whether its first request takes a page of the limit.</summary>
    private bool CountsAsPage(FrontierEntry entry) => IsBudgeted && entry is { Attempts: 0, Sitemap: null };

    /// <summary>Takes the slots that a request needs.</summary>
    private void Begin(HostAccount host, DateTimeOffset now)
    {
        host.Begin(now);
        host.Address?.Begin(now);
        _slots.Use();
    }

    /// <summary>Ends their use. While the request ran the host may have moved to another address.</summary>
    private void End(HostAccount host, HostAccount? address)
    {
        host.End();
        address?.End();
        _slots.Done(giveBack: false);
    }

    /// <summary>What robots.txt means for a URL; null if it is not known, or not any more.</summary>
    private RobotsGate? GateOf(HostAccount host, string url, DateTimeOffset now)
    {
        if (!Options.ObeyRobots) return RobotsGate.Open;
        var gate = host.Robots.GetValueOrDefault(Origins.Contains(_key.Origin, url) ? _key.Origin : Origins.Of(url));
        return gate?.Expires > now ? gate : null;
    }

    private async Task LoadRobotsAsync(HostAccount host, HostAccount? address, string origin)
    {
        var request = new RobotsRequest(origin, Options.UserAgent, _context.Permitted, Options.Timeout, Options.Retries);
        RobotsAnswer? answer = null;
        while (answer is null && _stop <= CrawlStop.PageLimit) answer = await RepeatAsync(() => host.Grain.GetRobotsAsync(request));
        host.IsLoadingRobots = false;
        End(host, address);
        var now = time.GetUtcNow();
        if (answer?.RetryIn is { } wait) host.RobotsDue = now + wait;
        else if (answer is not null) host.Apply(origin, RobotsGate.From(answer, _context.RobotsAgent, now), now);
        Advance();
    }

    private async Task VisitAsync(PageVisit visit, HostAccount host, HostAccount? address)
    {
        PageFetch? answer = null;
        visit.Begun ??= time.GetUtcNow();
        try
        {
            answer = await dispatcher.FetchAsync(new FetchPage(_key.CrawlId, visit.Url, visit.RedirectedFrom, _context.Setup, visit.Entry.Sitemap is not null, _cookies.HeaderFor(visit.Url)), _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            LogRepeat(_key.Origin, _key.CrawlId, exception);
            answer = new PageFetch { FinalUrl = visit.Url, Outcome = PageOutcome.Error, Error = exception.Message.ReplaceLineEndings(" "), Transient = true };
        }

        End(host, address);
        if (answer is not null) host.Learn(answer.Elapsed, answer.Transient);
        // On its way to the socket the request lost some time; the next one must not catch up.
        if (answer is not null && host.Interval > TimeSpan.Zero) host.Pause(time.GetUtcNow() - answer.Elapsed + host.Interval);
        if (answer is null) Drop(visit.Entry);
        else Settle(visit, answer, host);
        Advance();
    }

    private void Settle(PageVisit visit, PageFetch answer, HostAccount host)
    {
        var entry = visit.Entry;
        visit.Elapsed += answer.Elapsed;
        visit.LastAnswer = answer;
        var hasNews = _cookies.Take(answer.FinalUrl, answer.SetCookies);
        if (answer.RedirectsTo is { } target)
        {
            if (visit.Follow(target, hasNews) is { } reason) Finish(visit, answer with { Outcome = PageOutcome.Error, Error = $"{reason} at {target}" });
            else if (_stop > CrawlStop.PageLimit) Drop(entry);
            else HostOf(CrawlUrl.Parse(target)).Hops.Enqueue(visit);
            return;
        }

        if (answer.Status is 429 or 503) BackOff(host, answer.RetryAfter);
        if (!answer.Transient || entry.Attempts > Options.Retries)
        {
            Finish(visit, answer);
            return;
        }

        if (_stop > CrawlStop.PageLimit) Drop(entry);
        else if (RetryPolicy.Wait(entry.Attempts, answer.RetryAfter) is { } wait) _frontier.Retry(entry, time.GetUtcNow() + wait);
        else Finish(visit, answer with { Error = $"{answer.Error}; asks to come back only in {answer.RetryAfter}" });
    }

    private static PageFetch Refused(PageVisit visit, PageOutcome outcome, string error) =>
        (visit.LastAnswer ?? new PageFetch { FinalUrl = visit.Url, Outcome = outcome }) with { Outcome = outcome, Error = error };

    private void Finish(PageVisit visit, PageFetch answer)
    {
        var entry = visit.Entry;
        if (entry.Sitemap is { } level)
        {
            FinishSitemap(visit, level, answer);
            return;
        }

        // What a paused crawl finished is not fetched again, so its links must be known.
        var follows = _stop is CrawlStop.None or CrawlStop.Paused && !answer.Follow.IsEmpty;
        // Only these a smaller depth could carry below the limit.
        var kept = follows && Options.MaxDepth is not null && entry.Depth > 0 ? PageRow.Join([.. answer.Follow.Select(i => answer.Links[i])]) : null;
        End(entry, RecordOf(visit, answer), kept);
        _frontier.Complete(entry);
        if (answer is { Outcome: PageOutcome.Success, Sha256: { } content, Follow.IsEmpty: false } && visit.Redirects.Count == 0) _traps.OnFetched(entry.Href, content);
        if (!follows || entry.Depth >= Options.MaxDepth) return;
        foreach (var index in answer.Follow) HandOn(answer.Links[index], entry.Depth + 1, entry.Href);
    }

    private static PageRecord RecordOf(PageVisit visit, PageFetch answer) => new()
    {
        Url = visit.Entry.Href,
        FinalUrl = visit.Begun is null ? null : answer.FinalUrl,
        Outcome = answer.Outcome,
        Status = answer.Status,
        Error = answer.Error,
        Depth = visit.Entry.Depth,
        Referrer = visit.Entry.Referrer,
        Redirects = [.. visit.Redirects],
        ContentType = answer.ContentType,
        Charset = answer.Charset,
        Bytes = answer.Bytes,
        Sha256 = answer.Sha256,
        Title = answer.Title,
        Links = answer.Links,
        Attempts = visit.Entry.Attempts,
        FetchedAt = visit.Begun,
        Elapsed = visit.Elapsed,
        Silo = answer.Silo,
        Etag = answer.Etag,
        LastModified = answer.LastModified,
    };

    private void HandOn(string link, int depth, string referrer)
    {
        if (Origins.Contains(_key.Origin, link)) Enter(link, depth, referrer);
        else if (Origins.Of(link) is var origin && origin == _key.Origin) Enter(link, depth, referrer);
        else Send(origin, link, depth, referrer);
    }

    /// <summary>Ends a URL that was in flight when the crawl was stopped: by a limit, or for a while, or for good.</summary>
    private void Drop(FrontierEntry entry)
    {
        if (Limit is null)
        {
            _frontier.Leave(entry);
            return;
        }

        Skip(entry, Limit);
        _frontier.Complete(entry);
    }

    /// <summary>A limit leaves a record behind for each URL it cut off; sitemaps are none.</summary>
    private void Skip(FrontierEntry entry, string reason)
    {
        if (entry.Sitemap is not null) _changes.End(entry);
        else End(entry, new PageRecord { Url = entry.Href, Outcome = PageOutcome.Skipped, Error = reason, Depth = entry.Depth, Referrer = entry.Referrer, Attempts = entry.Attempts }, null);
    }

    private string? Limit => _stop switch
    {
        CrawlStop.PageLimit => $"page limit of {Options.MaxPages} reached (--max-pages)",
        CrawlStop.TimeLimit => $"time limit of {Options.MaxTime} reached (--max-time)",
        _ => null,
    };
}
