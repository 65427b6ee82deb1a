using Microsoft.Data.Sqlite;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;

namespace OrleansAsync.Tests.Unit.Storage;

public sealed class SqliteStoreTests : StoreTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orleansasync-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "sub", "store.db");

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Making_and_disposing_one_touches_no_file()
    {
        await Create().DisposeAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task After_disposal_the_file_alone_is_left()
    {
        var store = await OpenAsync();
        await store.WriteAsync(Insert(1, "x"), Cancel);
        await NamesAsync(store);
        await store.DisposeAsync();
        // The write-ahead log goes when the last connection closes.
        Assert.Equal([Path], Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(Path)!));
    }

    [Fact]
    public async Task A_lock_held_by_another_process_is_waited_for()
    {
        var store = await OpenAsync();
        await store.WriteAsync(Insert(0, "opens the writer"), Cancel);
        using var other = new SqliteConnection($"Data Source={Path};Pooling=False");
        other.Open();
        Execute(other, "BEGIN IMMEDIATE");
        var writes = Enumerable.Range(1, 100).Select(i => store.WriteAsync(Insert(i, "x"), Cancel)).ToArray();
        Assert.Equal(["opens the writer"], await NamesAsync(store));
        Assert.DoesNotContain(writes, write => write.IsCompleted);
        Execute(other, "COMMIT");
        await Task.WhenAll(writes);
        Assert.Equal(101, (await NamesAsync(store)).Count);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        await File.WriteAllTextAsync(Path, new string('x', 5000), Cancel);
        var error = await Assert.ThrowsAsync<ProgramException>(async () => await OpenAsync());
        Assert.True(error.IsInput);
        Assert.StartsWith($"cannot use {Path}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_any_more_is_unavailable_until_it_can()
    {
        var store = await OpenAsync();
        File.Move(Path, Path + "x");
        var writing = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.WriteAsync(Insert(1, "x"), Cancel));
        Assert.StartsWith($"cannot write {Path}: ", writing.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => NamesAsync(store));
        File.Move(Path + "x", Path);
        await store.WriteAsync(Insert(1, "x"), Cancel);
        Assert.Equal(["x"], await NamesAsync(store));
    }

    private protected override IStore Create() => new SqliteStore(Path);

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
