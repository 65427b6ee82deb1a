using System.Runtime.InteropServices;

namespace OrleansAsync.Crawling;

internal sealed partial class CrawlGrain
{
    private readonly Dictionary<string, long> _silos = new(StringComparer.Ordinal);
    private CrawlTotals _totals = new();
    private TimeSpan? _elapsed;

    private void Take(PageRecord record, OriginState? origin = null)
    {
        _buffer.Add(record);
        _totals = _totals.Add(record);
        if (record.Silo is { } silo) CollectionsMarshal.GetValueRefOrAddDefault(_silos, silo, out _)++;
        if (origin is null) return;
        origin.Pages++;
        if (record.Outcome is PageOutcome.Error or PageOutcome.Timeout) origin.Errors++;
    }

    private TimeSpan Elapsed() => _elapsed ?? (_state == CrawlState.New ? TimeSpan.Zero : time.GetUtcNow() - _startedAt);

    private CrawlProgress Progress()
    {
        long queued = 0, inFlight = 0;
        foreach (var origin in _origins.Values)
        {
            queued += origin.Queued;
            inFlight += origin.InFlight;
        }

        var busiest = _origins.Values.OrderByDescending(static o => o.InFlight + o.Queued).ThenByDescending(static o => o.Pages).Take(CrawlProgress.MaxHosts);
        return new CrawlProgress(
            _state,
            _failure,
            _totals with { Hosts = _origins.Keys.Select(static o => CrawlUrl.Parse(o + "/").Host).Distinct(StringComparer.Ordinal).Count(), Elapsed = Elapsed() },
            queued,
            inFlight,
            [.. busiest.Select(static o => new CrawlHostProgress(o.Origin, o.Pages, o.Errors, o.Queued, o.InFlight))],
            [.. _silos.OrderBy(static s => s.Key, StringComparer.Ordinal).Select(static s => new CrawlSiloProgress(s.Key, s.Value))]);
    }
}
