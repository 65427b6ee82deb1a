using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using OrleansAsync.Hosting;

namespace OrleansAsync.Storage;

/// <summary>The database by which the silos of a cluster and their clients find each other, and which holds the reminders.</summary>
internal abstract class ClusterDatabase
{
    /// <summary>The tables, all of them Orleans' ADO.NET providers' with queries of our own.</summary>
    protected static readonly StoreSchema Schema = StoreSchema.Embedded("cluster", 2);

    // Beyond it a machine that does not even refuse counts as gone.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Gets the name by which Orleans' providers find the ADO.NET library.</summary>
    public abstract string Invariant { get; }

    /// <summary>Gets the connection string.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>Finds the database of a cluster; nothing is opened.</summary>
    /// <param name="target">The cluster.</param>
    /// <param name="dataFolder">The data folder of a local cluster.</param>
    /// <returns>The database.</returns>
    /// <exception cref="ProgramException">The cluster has none, or none is named.</exception>
    public static ClusterDatabase Find(ClusterTarget target, string dataFolder) => target.Mode switch
    {
        ClusterMode.Local => new SqliteClusterDatabase(dataFolder),
        ClusterMode.PostgreSql => new PostgreSqlClusterDatabase(PostgreSqlDatabase.Read(target)),
        _ => throw ProgramException.Input("--cluster embedded runs its silos in the client; give a silo process --cluster local or --cluster @FILE"),
    };

    /// <summary>Creates the tables where absent.</summary>
    /// <returns>A task that completes when they are there.</returns>
    /// <exception cref="ProgramException">The database cannot be used, or a newer program wrote it.</exception>
    public abstract Task EnsureAsync();

    /// <summary>
    /// Declares the silos dead that a crash left in the table: those of this machine whose port nobody answers.
    /// A silo listens before it enters the table, so a refused connection is proof; without this a start would probe them in vain.
    /// </summary>
    /// <param name="clusterId">The cluster whose silos are looked at.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many silos were declared dead.</returns>
    public async Task<int> BuryCrashedSilosAsync(string clusterId, CancellationToken cancellationToken)
    {
        await using var connection = Connect();
        await connection.OpenAsync(cancellationToken);
        var suspects = await ReadSilosAsync(connection, clusterId, "Status <> @dead AND HostName = @host", "Port", cancellationToken);
        var refused = await Task.WhenAll(suspects.Select(silo => IsRefusedAsync(silo, cancellationToken)));
        var buried = 0;
        foreach (var (silo, _) in suspects.Zip(refused).Where(pair => pair.Second))
        {
            await using var command = Command(
                connection,
                """
                UPDATE OrleansMembershipTable SET Status = @dead
                WHERE DeploymentId = @cluster AND Address = @address AND Port = @port AND Generation = @generation AND Status <> @dead
                """,
                ("@dead", (int)SiloStatus.Dead), ("@cluster", clusterId),
                ("@address", silo.Endpoint.Address.ToString()), ("@port", silo.Endpoint.Port), ("@generation", silo.Generation));
            buried += await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return buried;
    }

    /// <summary>Counts the gateways that accept a connection now.</summary>
    /// <param name="clusterId">The cluster whose gateways are tried.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many silos claim to be active, and how many of them answer.</returns>
    public async Task<(int Active, int Answering)> TryGatewaysAsync(string clusterId, CancellationToken cancellationToken)
    {
        await using var connection = Connect();
        await connection.OpenAsync(cancellationToken);
        var gateways = await ReadSilosAsync(connection, clusterId, "Status = @active AND ProxyPort > 0", "ProxyPort", cancellationToken);
        var answers = await Task.WhenAll(gateways.Select(gateway => TryConnectAsync(gateway, cancellationToken)));
        return (gateways.Count, answers.Count(answer => answer == SocketError.Success));
    }

    /// <summary>Makes a connection.</summary>
    /// <returns>The connection, closed.</returns>
    protected abstract DbConnection Connect();

    private static async Task<List<SiloAddress>> ReadSilosAsync(
        DbConnection connection, string clusterId, string condition, string port, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection,
            $"SELECT Address, {port}, Generation FROM OrleansMembershipTable WHERE DeploymentId = @cluster AND {condition}",
            ("@cluster", clusterId), ("@dead", (int)SiloStatus.Dead), ("@active", (int)SiloStatus.Active), ("@host", Dns.GetHostName()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var silos = new List<SiloAddress>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (IPAddress.TryParse(reader.GetString(0), out var address))
                silos.Add(SiloAddress.New(address, reader.GetInt32(1), reader.GetInt32(2)));
        }

        return silos;
    }

    // The host's name may be shared by machines, so the address must be one of this machine's too: it is when a socket can be bound to it.
    private static async Task<bool> IsRefusedAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        using var own = new Socket(silo.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            own.Bind(new IPEndPoint(silo.Endpoint.Address, 0));
        }
        catch (SocketException)
        {
            return false;
        }

        return await TryConnectAsync(silo, cancellationToken) == SocketError.ConnectionRefused;
    }

    private static async Task<SocketError> TryConnectAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        using var socket = new Socket(silo.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(AnswerTimeout);
        try
        {
            await socket.ConnectAsync(silo.Endpoint, timeout.Token);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return SocketError.TimedOut;
        }
    }

    private static DbCommand Command(DbConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
