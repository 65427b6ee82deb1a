using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace OrleansAsync.Crawling;

/// <remarks>
/// All calls of origins and followers interleave: they change state only between awaits. The crawl ends when no origin is active. That is sound
/// because an origin stays active until its links were acknowledged, and a receiver acknowledges them only once it is known here as active itself.
/// </remarks>
[GrainType("oa.crawl"), Immovable]
internal sealed partial class CrawlGrain(TimeProvider time, ILogger<CrawlGrain> logger) : Grain, ICrawlGrain
{
    private const long BufferSize = 32 * 1024 * 1024;
    private const int SeedBatch = 1000;
    private const int SeedCallsAtATime = 64;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OriginSilence = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FollowerSilence = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, List<string>> _seeds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _knownSeeds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OriginState> _origins = new(StringComparer.Ordinal);
    private readonly RecordBuffer _buffer = new(BufferSize);
    private readonly Signal _news = new(time);
    private readonly Signal _room = new(time);
    private CrawlSetup? _setup;
    private SlotPool _slots = new(1);
    private SlotPool? _budget;
    private CrawlState _state;
    private CrawlStop _stop;
    private string? _failure;
    private bool _isSeeding;
    private int _active;
    private DateTimeOffset _startedAt;
    private DateTimeOffset _followedAt;
    private IGrainTimer? _clock;

    private string Id => this.GetPrimaryKeyString();

    private bool HasEnded => _state is CrawlState.Finished or CrawlState.Canceled or CrawlState.Failed;

    public Task AddSeedsAsync(ImmutableArray<string> seeds)
    {
        if (_state != CrawlState.New) return Task.CompletedTask;
        foreach (var seed in seeds)
        {
            if (!CrawlUrl.TryParse(seed, out var url, out var reason))
            {
                if (_knownSeeds.Add(seed)) Take(new PageRecord { Url = seed, Outcome = PageOutcome.Error, Error = $"not a URL that can be crawled: {reason}" });
            }
            else if (_knownSeeds.Add(url.Href))
            {
                if (!_seeds.TryGetValue(url.Origin, out var ofOrigin)) _seeds.Add(url.Origin, ofOrigin = []);
                ofOrigin.Add(url.Href);
            }
        }

        return Task.CompletedTask;
    }

    public async Task<bool> StartAsync(CrawlSpecification specification)
    {
        if (_state != CrawlState.New) return false;
        ArgumentOutOfRangeException.ThrowIfLessThan(specification.MaxConcurrent, 1);
        if (specification.MaxPages is { } least) ArgumentOutOfRangeException.ThrowIfLessThan(least, 1);
        // What no silo could use is refused here, not page by page.
        _ = new CrawlContext(new CrawlSetup(specification, [], PrivateNetworks.None));
        _state = CrawlState.Running;
        _isSeeding = true;
        _startedAt = _followedAt = time.GetUtcNow();
        _slots = new SlotPool(specification.MaxConcurrent);
        if (specification.MaxPages is { } pages and <= int.MaxValue) _budget = new SlotPool((int)pages);
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        _clock = this.RegisterGrainTimer(OnClockAsync, new GrainTimerCreationOptions(Beat, Beat) { Interleave = true });
        _setup = new CrawlSetup(specification, ScopeSeeds(specification), await PermittedAsync(specification));
        SeedAsync().Ignore();
        return true;
    }

    public async Task<CrawlBatch> ReadAsync(long afterSequence)
    {
        _followedAt = time.GetUtcNow();
        _buffer.Acknowledge(afterSequence);
        _room.Set();
        var until = time.GetUtcNow() + Slice;
        while (_buffer.IsEmpty && !HasEnded && await _news.WaitAsync(until - time.GetUtcNow())) { }
        _followedAt = time.GetUtcNow();
        // The follower may be the cluster's owner and go once it knows of the end: the origins come first.
        if (HasEnded && _buffer.IsEmpty) await _allTold.WaitAsync(Slice, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var (records, last) = _buffer.Peek();
        return new CrawlBatch(last, records, _state, records.IsEmpty && HasEnded ? Progress() : null);
    }

    public Task<CrawlProgress> GetProgressAsync() => Task.FromResult(Progress());

    public Task CancelAsync()
    {
        if (_state == CrawlState.New) End(CrawlState.Canceled);
        else Halt(CrawlStop.Canceled);
        return Task.CompletedTask;
    }

    public async Task<CrawlSetup> GetSetupAsync()
    {
        // An origin may come up while the networks of the seeds are still being looked up.
        for (var i = 0; _setup is null && _state == CrawlState.Running && i < 100; i++) await Task.Delay(TimeSpan.FromMilliseconds(100), time);
        return _setup ?? throw new InvalidOperationException($"The crawl {Id} is not running: it was never started here, or its silo was lost.");
    }

    private ImmutableArray<string> ScopeSeeds(CrawlSpecification specification) => specification switch
    {
        { MaxDepth: 0 } or { Scope: ScopeKind.Any } => [],
        { Scope: ScopeKind.Prefix } => [.. _seeds.Values.SelectMany(static urls => urls)],
        _ => [.. _seeds.Keys.Select(static origin => origin + "/")],
    };

    private async Task SeedAsync()
    {
        try
        {
            await Parallel.ForEachAsync(
                _seeds,
                new ParallelOptions { MaxDegreeOfParallelism = SeedCallsAtATime, TaskScheduler = TaskScheduler.Current },
                async (seeds, _) =>
                {
                    var origin = GrainFactory.GetGrain<ICrawlHostGrain>(new CrawlHostKey(Id, seeds.Key).ToString());
                    foreach (var chunk in seeds.Value.Chunk(SeedBatch))
                        if (_stop == CrawlStop.None)
                            await RepeatAsync(() => origin.AddLinksAsync(new LinkBatch([new LinkGroup(null, 0, [.. chunk])])));
                });
            _seeds.Clear();
            _knownSeeds.Clear();
            _isSeeding = false;
            EndIfDone();
        }
        catch (Exception exception)
        {
            Fail($"the seeds could not be handed out: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private async Task<PrivateNetworks> PermittedAsync(CrawlSpecification specification)
    {
        if (specification.AllowPrivate) return PrivateNetworks.All;
        var hosts = _seeds.Keys.Select(static origin => CrawlUrl.Parse(origin + "/")).DistinctBy(static url => url.Host).ToArray();
        var permitted = PrivateNetworks.None;
        using var limit = new CancellationTokenSource(Slice / 2, time);
        try
        {
            await Parallel.ForEachAsync(
                hosts,
                new ParallelOptions { MaxDegreeOfParallelism = SeedCallsAtATime, TaskScheduler = TaskScheduler.Current, CancellationToken = limit.Token },
                async (url, token) => permitted |= await AddressRules.OfHostAsync(url, token));
        }
        catch (OperationCanceledException)
        {
            // A name service that slow permits nothing: a fetch says so, and what to do.
        }

        return permitted;
    }

    private async Task RepeatAsync(Func<Task> call)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await call();
                return;
            }
            catch (Exception exception) when (failures < 5)
            {
                LogRepeat(Id, exception);
            }

            await Task.Delay(Beat, time);
        }
    }

    [LoggerMessage(LogLevel.Debug, "A call of crawl {CrawlId} failed and is repeated.")]
    private partial void LogRepeat(string crawlId, Exception exception);

    [LoggerMessage(LogLevel.Error, "Crawl {CrawlId} failed: {Reason}.")]
    private partial void LogFailure(string crawlId, string reason, Exception? exception);
}
