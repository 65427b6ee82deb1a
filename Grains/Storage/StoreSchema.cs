using OrleansAsync.Hosting;

namespace OrleansAsync.Storage;

/// <summary>The tables of a component, as scripts that lead from version to version.</summary>
/// <param name="Component">Name of the component that owns the tables; a database keeps one schema version for each.</param>
/// <param name="Version">Version of the schema that this program knows.</param>
/// <param name="Script">Gives the SQL that leads from a version to the next one; 0 is a database without the component. It runs once, in a transaction.</param>
internal sealed record StoreSchema(string Component, int Version, Func<StoreDialect, int, string> Script)
{
    /// <summary>The table that holds the versions, which all components share.</summary>
    public const string VersionTable = "CREATE TABLE IF NOT EXISTS SchemaVersion (Component TEXT NOT NULL PRIMARY KEY, Version INTEGER NOT NULL)";

    /// <summary>
    /// Makes a schema whose scripts are embedded: <c>{component}.{version}.sql</c>, or <c>{component}.{version}.{dialect}.sql</c> where they differ;
    /// the version is the one it leads to.
    /// </summary>
    /// <param name="component">The component, as files are named.</param>
    /// <param name="version">The newest version.</param>
    /// <returns>The schema.</returns>
    public static StoreSchema Embedded(string component, int version) =>
        new(component, version, (dialect, from) => Read($"{component}.{from + 1}.{dialect}.sql") ?? Read($"{component}.{from + 1}.sql")
            ?? throw new InvalidOperationException($"no script leads {component} from version {from} to {from + 1}"));

    /// <summary>Gives the scripts that lead from a version to the one this program knows.</summary>
    /// <param name="dialect">The kind of database.</param>
    /// <param name="from">The version found.</param>
    /// <returns>The scripts, in order.</returns>
    public IEnumerable<string> ScriptsFrom(StoreDialect dialect, int from) => Enumerable.Range(from, Version - from).Select(version => Script(dialect, version));

    /// <summary>Says whether a database is up to date.</summary>
    /// <param name="found">The version found in it.</param>
    /// <param name="database">What the user calls the database.</param>
    /// <returns>Whether nothing is to be done.</returns>
    /// <exception cref="ProgramException">A newer program wrote it.</exception>
    public bool IsCurrent(int found, string database) => found <= Version
        ? found == Version
        : throw ProgramException.Input(
            $"{database} has {Component} schema {found}, newer than {Version}, the newest this program knows; use the newer program or another database or --data folder");

    private static string? Read(string resource)
    {
        using var stream = typeof(StoreSchema).Assembly.GetManifestResourceStream(resource);
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
