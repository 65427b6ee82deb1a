using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Serialization;

namespace OrleansAsync.Crawling;

/// <remarks>
/// All calls of origins and followers interleave: they change state only between awaits. The crawl tries to end when no origin is active; whether it may,
/// the store decides: no URL is open there, and no link on its way. An activation that takes a crawl over begins from what is stored, and so do its origins.
/// </remarks>
[GrainType("oa.crawl"), Immovable]
internal sealed partial class CrawlGrain(CrawlStore crawls, Serializer serializer, TimeProvider time, ILogger<CrawlGrain> logger) : Grain, ICrawlGrain
{
    private const long BufferSize = 32 * 1024 * 1024;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    // A database may be away for minutes.
    private static readonly TimeSpan Persistence = TimeSpan.FromMinutes(10);

    // Of the records in the buffer.
    private readonly Guid _numbering = Guid.NewGuid();
    private readonly Signal _changed = new(time);
    private CrawlTable? _table;

    // Of this run: origins of an earlier one begin again.
    private Guid _epoch;
    private CrawlSetup? _setup;
    private SlotPool _slots = new(1);
    private SlotPool? _budget;
    private CrawlState _state;
    private CrawlStop _stop;
    private string? _failure;
    private int _active;
    private TimeSpan _elapsed;
    private DateTimeOffset? _runningSince;
    private IGrainTimer? _clock;

    // A cluster that shares the store drives the crawl.
    private bool _isElsewhere;
    private bool _isSuperseded;

    private string Id => this.GetPrimaryKeyString();

    private bool IsRunning => _runningSince is not null && !_isSuperseded;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _table = new CrawlTable(crawls.Get(), Id, crawls.Cluster, time);
        if (await _table.FindAsync(cancellationToken) is not { } row) return;
        (_state, _failure, _elapsed) = (row.State, row.Failure, row.Elapsed);
        _setup = row.Setup is { } setup ? serializer.Deserialize<CrawlSetup>(setup) : null;
        await RestoreAsync(cancellationToken);
        if (_state != CrawlState.Running) return;
        if (row.Cluster == crawls.Cluster && await _table.TakeOverAsync(cancellationToken)) Begin();
        else _isElsewhere = true;
    }

    public async Task<bool> StartAsync(CrawlSpecification specification, bool isDetached, ImmutableArray<CrawlOutput> outputs)
    {
        if (_state != CrawlState.New || (_nextSeed == 0 && !await CreateAsync())) return false;
        ArgumentOutOfRangeException.ThrowIfLessThan(specification.MaxConcurrent, 1);
        if (specification.MaxPages is { } least) ArgumentOutOfRangeException.ThrowIfLessThan(least, 1);
        // What no silo could use is refused here, not page by page.
        _ = new CrawlContext(new CrawlSetup(specification, [], PrivateNetworks.None, isDetached, Guid.Empty, [], []));
        _setup = new CrawlSetup(
            specification,
            await ScopeSeedsAsync(specification),
            await PermittedAsync(specification),
            isDetached,
            Guid.NewGuid(),
            specification.Headers.All(static header => FetchMessage.IsHarmless(header.Name)) ? [] : [.. _seedOrigins],
            [.. _credentials.Select(static user => new CrawlCredentials(user.Key, user.Value))]);
        await RunAsync(outputs);
        _seedOrigins.Clear();
        _credentials.Clear();
        _malformed.Clear();
        return true;
    }

    public async Task<string?> ResumeAsync()
    {
        if (IsRunning) return null;
        for (var until = time.GetUtcNow() + CrawlTable.LeaseDuration + Beat; ; await Task.Delay(Beat, time))
        {
            if (await _table!.FindAsync(CancellationToken.None) is not { State: not CrawlState.New } row) return $"there is no crawl {Id}";
            if (row.State is CrawlState.Finished or CrawlState.Canceled) return $"crawl {Id} {(row.State == CrawlState.Finished ? "is finished" : "was cancelled")}";
            if (await _table.TakeOverAsync(CancellationToken.None)) break;
            // A process that was killed keeps it that long.
            if (time.GetUtcNow() > until) return $"crawl {Id} is run by another process; pause it there";
        }

        _isElsewhere = false;
        // What the other process did is in the store alone.
        await RestoreAsync(CancellationToken.None);
        await RunAsync([]);
        return null;
    }

    public Task<CrawlProgress> GetProgressAsync() => Task.FromResult(Progress());

    public async Task<string?> PauseAsync()
    {
        if (!IsRunning) return _state == CrawlState.Running ? $"crawl {Id} is run by another process; pause it there" : $"crawl {Id} does not run";
        Halt(CrawlStop.Paused);
        await StoppedAsync();
        return null;
    }

    public async Task<bool> LeaveAsync(Guid follower)
    {
        if (follower != _follower || !IsRunning) return true;
        if (_setup!.IsDetached)
        {
            _follower = Guid.Empty;
            return false;
        }

        await PauseAsync();
        return true;
    }

    public async Task<string?> CancelAsync()
    {
        if (IsRunning)
        {
            Halt(CrawlStop.Canceled);
            await StoppedAsync();
            return null;
        }

        if (_state is not (CrawlState.Paused or CrawlState.Failed)) return _isElsewhere ? $"crawl {Id} is run by another process; cancel it there" : $"crawl {Id} does not run";
        await _table!.TakeOverAsync(CancellationToken.None);
        if (await _table.EndAsync(CrawlState.Canceled, null, _elapsed) == CrawlEnd.Ended) _state = CrawlState.Canceled;
        return null;
    }

    public async Task<string?> DeleteAsync()
    {
        if (IsRunning || _isElsewhere) return $"crawl {Id} is running; pause or cancel it first";
        if (await _table!.FindAsync(CancellationToken.None) is null) return $"there is no crawl {Id}";
        if (!await _table.TakeOverAsync(CancellationToken.None)) return $"crawl {Id} is run by another process";
        await _table.DeleteAsync();
        Forget();
        return null;
    }

    public async Task<string?> RefreshAsync()
    {
        if (IsRunning || _isElsewhere) return $"crawl {Id} is running";
        if (await _table!.FindAsync(CancellationToken.None) is not { State: CrawlState.Finished or CrawlState.Canceled }) return $"crawl {Id} is not finished";
        if (!await _table.TakeOverAsync(CancellationToken.None) || !await _table.BeginAgainAsync()) return $"crawl {Id} is run by another process";
        Forget();
        return null;
    }

    public async Task<CrawlSetup> GetSetupAsync()
    {
        // An origin may come up while the crawl is being started.
        for (var until = time.GetUtcNow() + Slice; !IsRunning && time.GetUtcNow() < until;) await _changed.WaitAsync(Beat);
        return IsRunning ? _setup! : throw new InvalidOperationException($"The crawl {Id} is not running here.");
    }

    private async Task RunAsync(ImmutableArray<CrawlOutput> outputs)
    {
        if (!await _table!.StartAsync(serializer.SerializeToArray(_setup!), outputs)) throw new InvalidOperationException($"The crawl {Id} is driven by another activation.");
        Begin();
    }

    /// <summary>Begins to drive the crawl, from what is stored.</summary>
    private void Begin()
    {
        var specification = _setup!.Specification;
        (_state, _stop, _failure, _runningSince) = (CrawlState.Running, CrawlStop.None, null, time.GetUtcNow());
        (_epoch, _followedAt) = (Guid.NewGuid(), time.GetUtcNow());
        _slots = new SlotPool(specification.MaxConcurrent);
        if (specification.MaxPages is { } pages and <= int.MaxValue)
        {
            _budget = new SlotPool((int)pages);
            foreach (var origin in _origins.Values) _budget.Restart(origin.Origin, (int)origin.PagesUsed);
        }

        DelayDeactivation(Timeout.InfiniteTimeSpan);
        _clock = this.RegisterGrainTimer(OnClockAsync, new GrainTimerCreationOptions(Beat, Beat) { Interleave = true });
        _isSeeding = true;
        SeedAsync().Ignore();
        _changed.Set();
    }

    private async Task StoppedAsync()
    {
        for (var until = time.GetUtcNow() + Slice; IsRunning && time.GetUtcNow() < until;) await _changed.WaitAsync(Beat);
    }

    /// <summary>Another activation drives the crawl: what this one would do does not count any more.</summary>
    private void Supersede()
    {
        if (_isSuperseded) return;
        _isSuperseded = true;
        LogSuperseded(Id);
        Forget();
    }

    private void Forget()
    {
        _runningSince = null;
        _clock?.Dispose();
        DelayDeactivation(TimeSpan.Zero);
        DeactivateOnIdle();
        _changed.Set();
        _news.Set();
    }

    private async Task RepeatAsync(Func<Task> call)
    {
        for (var until = time.GetUtcNow() + Persistence; ;)
        {
            try
            {
                await call();
                return;
            }
            catch (Exception exception) when (time.GetUtcNow() < until && !_isSuperseded)
            {
                LogRepeat(Id, exception);
            }

            await Task.Delay(Beat, time);
        }
    }

    [LoggerMessage(LogLevel.Debug, "A call of crawl {CrawlId} failed and is repeated.")]
    private partial void LogRepeat(string crawlId, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Crawl {CrawlId} is driven by another activation; this one gives it up.")]
    private partial void LogSuperseded(string crawlId);

    [LoggerMessage(LogLevel.Error, "Crawl {CrawlId} failed: {Reason}.")]
    private partial void LogFailure(string crawlId, string reason, Exception? exception);
}
