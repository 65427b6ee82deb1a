using System.Data.Common;
using Microsoft.Data.Sqlite;
using OrleansAsync.Hosting;
using OrleansAsync.Storage;

namespace OrleansAsync.Tests.Unit.Storage;

public sealed class SqliteClusterDatabaseTests : ClusterDatabaseTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orleansasync-").FullName;

    private SqliteClusterDatabase Database => new(Path.Combine(_folder, "sub"));

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync()
    {
        using (var pooled = new SqliteConnection(Database.ConnectionString))
            SqliteConnection.ClearPool(pooled);
        Directory.Delete(_folder, recursive: true);
        return base.DisposeAsync();
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Database.FilePath)!);
        await File.WriteAllTextAsync(Database.FilePath, new string('x', 5000), Cancel);
        var error = await Assert.ThrowsAsync<ProgramException>(Database.EnsureAsync);
        Assert.True(error.IsInput);
        Assert.Contains(Database.FilePath, error.Message, StringComparison.Ordinal);
    }

    private protected override ClusterDatabase Open() => Database;

    private protected override Task EnsureAsync(StoreSchema schema)
    {
        SqliteSchema.Ensure(Database.FilePath, schema);
        return Task.CompletedTask;
    }

    private protected override DbConnection Connect() => new SqliteConnection(Database.ConnectionString);
}
