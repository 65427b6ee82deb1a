using System.Data.Common;
using Npgsql;
using OrleansAsync.Storage;

namespace OrleansAsync.Tests.Unit.Storage;

public sealed class PostgreSqlClusterDatabaseTests(PostgreSqlServer server) : ClusterDatabaseTests
{
    private PostgreSqlDatabase _database = null!;

    public override async ValueTask InitializeAsync() => _database = PostgreSqlDatabase.Parse(await server.CreateDatabaseAsync(), "the test");

    private protected override ClusterDatabase Open() => new PostgreSqlClusterDatabase(_database);

    private protected override async Task EnsureAsync(StoreSchema schema)
    {
        await using var pool = _database.CreatePool();
        await PostgreSqlSchema.EnsureAsync(_database, pool, schema);
    }

    private protected override DbConnection Connect() => new NpgsqlConnection(_database.ConnectionString);
}
