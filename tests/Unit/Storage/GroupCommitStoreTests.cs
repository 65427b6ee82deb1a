using System.Data.Common;
using OrleansAsync.Storage;

namespace OrleansAsync.Tests.Unit.Storage;

public sealed class GroupCommitStoreTests
{
    private static readonly StoreUnit Unit = new(new StoreStatement("one"));
    private static readonly StoreUnit Large = new([.. Enumerable.Repeat(new StoreStatement("many"), 4096)]);

    [Fact]
    public async Task What_gathers_during_a_commit_shares_the_next()
    {
        await using var store = new FakeStore();
        store.Hold();
        var first = store.WriteAsync(Unit, TestContext.Current.CancellationToken);
        await store.Committing.WaitAsync(TestContext.Current.CancellationToken);
        var rest = Enumerable.Range(0, GroupCommitStore.MaxUnits + 1).Select(_ => store.WriteAsync(Unit, TestContext.Current.CancellationToken)).ToArray();
        store.Release();
        await Task.WhenAll([first, .. rest]).Soon();
        Assert.Equal([1, GroupCommitStore.MaxUnits, 1], store.Groups);
    }

    [Fact]
    public async Task Large_units_make_small_groups()
    {
        await using var store = new FakeStore();
        store.Hold();
        var first = store.WriteAsync(Unit, TestContext.Current.CancellationToken);
        await store.Committing.WaitAsync(TestContext.Current.CancellationToken);
        var rest = Enumerable.Range(0, 4).Select(_ => store.WriteAsync(Large, TestContext.Current.CancellationToken)).ToArray();
        store.Release();
        await Task.WhenAll([first, .. rest]).Soon();
        Assert.Equal([1, 2, 2], store.Groups);
    }

    [Fact]
    public async Task A_commit_that_fails_fails_its_group_and_no_other()
    {
        await using var store = new FakeStore();
        store.Fail = true;
        await Assert.ThrowsAsync<TimeoutException>(() => store.WriteAsync(Unit, TestContext.Current.CancellationToken).Soon());
        store.Fail = false;
        Assert.True((await store.WriteAsync(Unit, TestContext.Current.CancellationToken).Soon()).Applied);
    }

    private sealed class FakeStore : GroupCommitStore
    {
        private readonly ManualResetEventSlim _free = new(initialState: true);
        private readonly TaskCompletionSource _committing = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override StoreDialect Dialect => StoreDialect.Sqlite;

        public override bool Exists => true;

        public List<int> Groups { get; } = [];

        public Task Committing => _committing.Task;

        public bool Fail { get; set; }

        public void Hold() => _free.Reset();

        public void Release() => _free.Set();

        public override Task<List<T>> ReadAsync<T>(StoreStatement query, Func<DbDataReader, T> map, CancellationToken cancellationToken) => throw new NotSupportedException();

        protected override Task MigrateAsync(StoreSchema schema) => Task.CompletedTask;

        protected override void Commit(List<StoreWrite> group)
        {
            Groups.Add(group.Count);
            _committing.TrySetResult();
            _free.Wait();
            foreach (var write in group) write.Applied([]);
            if (Fail) throw new TimeoutException();
        }

        protected override void CloseWriter() => _free.Dispose();

        protected override ValueTask CloseAsync() => ValueTask.CompletedTask;
    }
}
