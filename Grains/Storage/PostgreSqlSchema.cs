using Npgsql;

namespace OrleansAsync.Storage;

/// <summary>Brings the tables of a component in a PostgreSQL database up to date, once, however many processes start at the same moment.</summary>
internal static class PostgreSqlSchema
{
    // "OrlAsync": the lock that all migrations of a database take.
    private const long Lock = 0x4F726C4173796E63;

    // The function fails a unit whose guard affected no row; the code is ours.
    private const string Common = $"""
        {StoreSchema.VersionTable};
        CREATE OR REPLACE FUNCTION orleansasync_guard(affected BIGINT) RETURNS BIGINT LANGUAGE plpgsql AS $$
        BEGIN
            IF affected = 0 THEN RAISE EXCEPTION 'guard refused' USING ERRCODE = '{PostgreSqlWriter.GuardRefused}'; END IF;
            RETURN affected;
        END $$;
        """;

    /// <summary>Brings the schema up to date.</summary>
    /// <param name="database">The database.</param>
    /// <param name="pool">Connections to it.</param>
    /// <param name="schema">The schema.</param>
    /// <returns>A task that completes when that is done.</returns>
    /// <exception cref="Hosting.ProgramException">The database cannot be used, or was written by a newer program.</exception>
    public static async Task EnsureAsync(PostgreSqlDatabase database, NpgsqlDataSource pool, StoreSchema schema)
    {
        try
        {
            await using var connection = await pool.OpenConnectionAsync();
            if (await ExecuteAsync(connection, "SELECT 1 WHERE to_regclass('SchemaVersion') IS NOT NULL") is not null
                && schema.IsCurrent(await ReadVersionAsync(connection, schema.Component), database.Name))
                return;
            // Of several starting processes one creates, and the others find it done; the lock goes with the transaction.
            await using var transaction = await connection.BeginTransactionAsync();
            await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})");
            // Not to_regclass again: inside a transaction it may answer from a cache of before the wait.
            await ExecuteAsync(connection, Common);
            var found = await ReadVersionAsync(connection, schema.Component);
            if (!schema.IsCurrent(found, database.Name))
            {
                foreach (var script in schema.ScriptsFrom(StoreDialect.PostgreSql, found))
                    await ExecuteAsync(connection, script);
                await ExecuteAsync(connection, "INSERT INTO SchemaVersion VALUES (@component, @version) ON CONFLICT (Component) DO UPDATE SET Version = @version",
                    new("component", schema.Component), new("version", schema.Version));
            }

            await transaction.CommitAsync();
        }
        catch (Exception e) when (PostgreSqlDatabase.IsOfDatabase(e))
        {
            throw database.Unusable(e);
        }
    }

    private static async Task<int> ReadVersionAsync(NpgsqlConnection connection, string component) =>
        await ExecuteAsync(connection, "SELECT Version FROM SchemaVersion WHERE Component = @component", new NpgsqlParameter("component", component)) as int? ?? 0;

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteScalarAsync();
    }
}
