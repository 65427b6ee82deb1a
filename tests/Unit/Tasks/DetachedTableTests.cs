using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;
using OrleansAsync.Tasks.Detached;
using OrleansAsync.Tasks.Detached.Protocol;

namespace OrleansAsync.Tests.Unit.Tasks;

/// <summary>What the store remembers of detached tasks while the activations that drive them come and go, on every database.</summary>
public abstract class DetachedTableTests : IAsyncLifetime
{
    private const int Shard = 7;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private IStore _store = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_new_task_is_taken_over_as_it_was_given()
    {
        var first = Table();
        await first.TakeOverAsync(Cancel);
        Assert.Equal([1], (await first.AddAsync(Start(1) with { Name = "a", MaxRestarts = 5, Retention = TimeSpan.FromMinutes(3) })).Affected);
        Assert.True((await first.AddAsync(Start(2) with { IsAtMostOnce = true })).Applied);
        var rows = await Table().TakeOverAsync(Cancel);
        Assert.Equal([(1L, false, 5, TimeSpan.FromMinutes(3), 1, 1, null), (2L, true, 3, TimeSpan.FromHours(1), 1, 1, (byte[]?)null)],
            rows.Select(row => (row.Number, row.IsAtMostOnce, row.MaxRestarts, row.Retention, row.Attempt, row.Losses, row.Cancel)));
        Assert.All(rows, row => Assert.Equal<byte>([1, 2, (byte)row.Number], row.Coroutine));
    }

    [Fact]
    public async Task A_loss_counts_once_and_what_was_handed_back_does_not_count()
    {
        var table = Table();
        await table.TakeOverAsync(Cancel);
        await table.AddAsync(Start(1));
        // Taken over, and lost again before anything was started.
        await Table().TakeOverAsync(Cancel);
        var next = Table();
        var row = Assert.Single(await next.TakeOverAsync(Cancel));
        Assert.Equal((1, 1), (row.Attempt, row.Losses));
        Assert.True(await next.MarkRunningAsync());
        var run = new DetachedRun(null!, row) { Attempt = 2 };
        Assert.True(await next.HandBackAsync(run));
        row = Assert.Single(await Table().TakeOverAsync(Cancel));
        Assert.Equal((2, 1), (row.Attempt, row.Losses));
    }

    [Fact]
    public async Task Whoever_took_over_last_is_the_only_one_who_writes()
    {
        var (old, other) = (Table(), new DetachedTable(_store, Shard + 1, _time));
        await old.TakeOverAsync(Cancel);
        await other.TakeOverAsync(Cancel);
        await old.AddAsync(Start(1));
        var rows = await Table().TakeOverAsync(Cancel);
        Assert.False((await old.AddAsync(Start(2))).Applied);
        Assert.False(await old.CancelAsync(1, [9]));
        Assert.False(await old.EndAsync(new DetachedRun(null!, rows[0]), OutcomeKind.Succeeded, [7]));
        Assert.False(await old.MarkRunningAsync());
        Assert.False(await old.HandBackAsync(new DetachedRun(null!, rows[0])));
        Assert.True((await other.AddAsync(Start(2))).Applied);
        var row = Assert.Single(await Table().TakeOverAsync(Cancel));
        Assert.Equal((1L, 1, null), (row.Number, row.Losses, row.Cancel));
    }

    [Fact]
    public async Task An_outcome_is_kept_until_it_expires_or_is_forgotten()
    {
        var table = Table();
        await table.TakeOverAsync(Cancel);
        await table.AddAsync(Start(1));
        await table.AddAsync(Start(2));
        var rows = await Table().TakeOverAsync(Cancel);
        var next = Table();
        await next.TakeOverAsync(Cancel);
        foreach (var row in rows) Assert.True(await next.EndAsync(new DetachedRun(null!, row), OutcomeKind.Succeeded, [7]));
        Assert.Empty(await DetachedTable.FindUnfinishedAsync(_store, Cancel));
        Assert.Empty(await Table().TakeOverAsync(Cancel));
        var last = Table();
        await last.TakeOverAsync(Cancel);

        var found = await last.FindAsync(1);
        Assert.Equal((TaskState.Done, 1, OutcomeKind.Succeeded, _time.GetUtcNow(), _time.GetUtcNow() + TimeSpan.FromHours(1)),
            (found!.Info.State, found.Info.Attempt, found.Kind, found.Info.EndedAt, found.Info.ExpiresAt));
        Assert.Equal<byte>([7], found.Result!);
        Assert.True(await last.ForgetAsync(2));
        Assert.True((await last.FindAsync(2))!.IsForgotten);
        Assert.Null((await last.FindAsync(2))!.Result);

        _time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(1));
        Assert.Null(await last.FindAsync(1));
        await Table().TakeOverAsync(Cancel);
        Assert.Equal([0L], await _store.ReadAsync(new("SELECT COUNT(*) FROM detached_task"), row => row.GetInt64(0), Cancel));
    }

    [Fact]
    public async Task A_repeated_creation_changes_nothing()
    {
        var table = Table();
        await table.TakeOverAsync(Cancel);
        await table.AddAsync(Start(1));
        Assert.Equal([0], (await table.AddAsync(Start(1) with { Name = "other", MaxRestarts = 9 })).Affected);
        await table.CancelAsync(1, [9]);
        await table.AddAsync(Start(1));
        var row = Assert.Single(await Table().TakeOverAsync(Cancel));
        Assert.Equal(3, row.MaxRestarts);
        Assert.Equal<byte>([9], row.Cancel!);
    }

    [Fact]
    public async Task Shards_with_something_to_run_are_found()
    {
        foreach (var shard in new[] { 3, 5 })
        {
            var table = new DetachedTable(_store, shard, _time);
            await table.TakeOverAsync(Cancel);
            for (var number = 1; number <= 3; number++) await table.AddAsync(Start(number));
        }
        Assert.Equal([3, 5], (await DetachedTable.FindUnfinishedAsync(_store, Cancel)).Order());
    }

    private protected abstract Task<IStore> OpenAsync();

    private DetachedTable Table() => new(_store, Shard, _time);

    private static DetachedStart Start(long number) => new(number, "oa.test", [1, 2, (byte)number], null, false, 3, TimeSpan.FromHours(1));
}

public sealed class SqliteDetachedTableTests : DetachedTableTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orleansasync-").FullName;

    [Fact]
    public async Task A_store_that_nobody_made_has_nothing_to_run_and_is_not_made()
    {
        await using var store = StoreFactory.Create(new(ClusterMode.Local), Path.Combine(_folder, "none"));
        Assert.Empty(await DetachedTable.FindUnfinishedAsync(store, TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(Path.Combine(_folder, "none")));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private protected override Task<IStore> OpenAsync() => Task.FromResult(StoreFactory.Create(new(ClusterMode.Local), _folder));
}

public sealed class PostgreSqlDetachedTableTests(PostgreSqlServer server) : DetachedTableTests
{
    private protected override async Task<IStore> OpenAsync() =>
        new PostgreSqlStore(PostgreSqlDatabase.Parse(await server.CreateDatabaseAsync(), "the test"), TimeProvider.System);
}
