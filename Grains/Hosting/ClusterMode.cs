namespace OrleansAsync.Hosting;

/// <summary>The kinds of cluster.</summary>
internal enum ClusterMode
{
    /// <summary>Silos inside the client's process.</summary>
    Embedded,

    /// <summary>Silo processes of one machine that share a SQLite file in their data folder.</summary>
    Local,

    /// <summary>Silo processes of any machine that share a PostgreSQL database.</summary>
    PostgreSql,
}
