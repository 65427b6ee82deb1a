using System.Net.Sockets;
using Npgsql;
using OrleansAsync.Hosting;

namespace OrleansAsync.Storage;

/// <summary>A PostgreSQL database by its connection string, and what to tell the user when it cannot be used. The password is never told.</summary>
internal sealed class PostgreSqlDatabase
{
    private const string Example = "such as Host=HOST;Database=NAME;Username=USER;Password=PASSWORD";

    private readonly string _source;
    private readonly NpgsqlConnectionStringBuilder _settings;

    private PostgreSqlDatabase(string source, NpgsqlConnectionStringBuilder settings) => (_source, _settings) = (source, settings);

    /// <summary>Gets the connection string.</summary>
    public string ConnectionString => _settings.ConnectionString;

    /// <summary>Gets what the user calls the database.</summary>
    public string Name => $"PostgreSQL database {_settings.Database ?? _settings.Username} at {_settings.Host}:{_settings.Port}";

    /// <summary>Reads the connection string from the file or the environment variable that a cluster names.</summary>
    /// <param name="target">The cluster.</param>
    /// <returns>The database; nothing is opened.</returns>
    /// <exception cref="ProgramException">There is none, or it is no connection string.</exception>
    public static PostgreSqlDatabase Read(ClusterTarget target)
    {
        if (target.File is not { } file)
            return Parse(Environment.GetEnvironmentVariable(ClusterTarget.Variable) ?? "", ClusterTarget.Variable);
        try
        {
            return Parse(File.ReadAllText(file), file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ProgramException.Input($"cannot read the file of --cluster @{file}: {e.Message}; write a PostgreSQL connection string to it, {Example}", e);
        }
    }

    /// <summary>Takes a connection string.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">Where it comes from, for error messages.</param>
    /// <returns>The database.</returns>
    /// <exception cref="ProgramException">It is none.</exception>
    public static PostgreSqlDatabase Parse(string text, string source)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw ProgramException.Input($"{source} is empty; write a PostgreSQL connection string to it, {Example}");
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(text.Trim());
            if (string.IsNullOrEmpty(settings.Host))
                throw ProgramException.Input($"the connection string in {source} names no Host; write one {Example}");
            settings.ApplicationName ??= "orleansasync";
            return new(source, settings);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // Not the exception's message: it may quote the password. A URL is the usual mistake.
            throw ProgramException.Input($"{source} holds no PostgreSQL connection string; write one {Example} (URLs are not understood)", e);
        }
    }

    /// <summary>Makes a pool of connections that prepares statements by itself.</summary>
    /// <returns>The pool, to be disposed by the caller; nothing is opened.</returns>
    public NpgsqlDataSource CreatePool()
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString) { IncludeFailedBatchedCommand = true };
        if (settings.MaxAutoPrepare == 0)
            (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (256, 2);
        return NpgsqlDataSource.Create(settings);
    }

    /// <summary>Makes the error for a database that cannot be used.</summary>
    /// <param name="cause">What happened.</param>
    /// <returns>The exception to throw.</returns>
    public ProgramException Unusable(Exception cause) => cause switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => ProgramException.Input(
            $"{Name} does not let user {_settings.Username} in: wrong user name or password, or not allowed from this machine; mend {_source}", cause),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => ProgramException.Input(
            $"{Name} does not exist; create it, or mend {_source}", cause),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e => ProgramException.Input(
            $"{Name} does not let user {_settings.Username} create tables ({e.MessageText}); grant it, or mend {_source}", cause),
        PostgresException e => ProgramException.Failure($"{Name} cannot be used: {e.MessageText}", cause),
        NpgsqlException { InnerException: SocketException e } => Unreachable(e.Message, cause),
        NpgsqlException { InnerException: TimeoutException } => Unreachable("no answer in time", cause),
        // Not the whole text of a library's exception, see above.
        NpgsqlException when cause.Message.Contains("password", StringComparison.OrdinalIgnoreCase) => ProgramException.Input(
            $"{Name} asks user {_settings.Username} for a password, and {_source} has none; add Password=…", cause),
        _ => Unreachable(cause.Message, cause),
    };

    /// <summary>Says whether an exception is about the database or the way to it.</summary>
    /// <param name="cause">The exception.</param>
    /// <returns>Whether <see cref="Unusable"/> explains it.</returns>
    public static bool IsOfDatabase(Exception cause) => cause is NpgsqlException or SocketException or TimeoutException or IOException;

    private ProgramException Unreachable(string reason, Exception cause) => ProgramException.Failure(
        $"cannot reach {Name}: {reason}; see that it runs and accepts connections from here, or mend {_source}", cause);
}
