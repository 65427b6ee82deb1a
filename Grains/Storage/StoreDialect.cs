namespace OrleansAsync.Storage;

/// <summary>The kinds of database a store speaks to.</summary>
internal enum StoreDialect
{
    /// <summary>A SQLite file.</summary>
    Sqlite,

    /// <summary>A PostgreSQL database.</summary>
    PostgreSql,
}
