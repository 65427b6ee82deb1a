using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;

namespace OrleansAsync.Storage;

/// <summary>The file <c>cluster.db</c> in a data folder, by which the silos of one machine and their clients find each other.</summary>
/// <param name="dataFolder">The data folder.</param>
internal sealed class ClusterDatabase(string dataFolder)
{
    /// <summary>The ADO.NET invariant that Orleans maps to Microsoft.Data.Sqlite.</summary>
    public const string Invariant = "System.Data.SQLite";

    private static readonly StoreSchema Schema = StoreSchema.Embedded("cluster", 1);

    /// <summary>Gets the full path of the file.</summary>
    public string FilePath { get; } = Path.GetFullPath(Path.Combine(dataFolder, "cluster.db"));

    /// <summary>Gets the connection string for the file.</summary>
    public string ConnectionString => SqliteSchema.ConnectionString(FilePath);

    /// <summary>Creates the file and its tables where absent.</summary>
    /// <exception cref="Hosting.ProgramException">The file cannot be used, or a newer program wrote it.</exception>
    public void Ensure() => SqliteSchema.Ensure(FilePath, Schema);

    /// <summary>
    /// Declares the silos dead that a crash left in the table: those of this machine whose port nobody answers.
    /// A silo listens before it enters the table, so a refused connection is proof; without this a start would probe them in vain.
    /// </summary>
    /// <param name="clusterId">The cluster whose silos are looked at.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many silos were declared dead.</returns>
    public async Task<int> BuryCrashedSilosAsync(string clusterId, CancellationToken cancellationToken)
    {
        using var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        var suspects = ReadSilos(connection, clusterId, "Status <> $dead", "Port");
        var refused = await Task.WhenAll(suspects.Select(silo => IsRefusedAsync(silo, cancellationToken)));
        var buried = 0;
        foreach (var (silo, _) in suspects.Zip(refused).Where(pair => pair.Second))
        {
            using var command = connection.CreateCommand();
            command.CommandText = """
                UPDATE OrleansMembershipTable SET Status = $dead
                WHERE DeploymentId = $cluster AND Address = $address AND Port = $port AND Generation = $generation AND Status <> $dead
                """;
            command.Parameters.AddWithValue("$dead", (int)SiloStatus.Dead);
            command.Parameters.AddWithValue("$cluster", clusterId);
            command.Parameters.AddWithValue("$address", silo.Endpoint.Address.ToString());
            command.Parameters.AddWithValue("$port", silo.Endpoint.Port);
            command.Parameters.AddWithValue("$generation", silo.Generation);
            buried += command.ExecuteNonQuery();
        }

        return buried;
    }

    /// <summary>Counts the gateways that accept a connection now.</summary>
    /// <param name="clusterId">The cluster whose gateways are tried.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many silos claim to be active, and how many of them answer.</returns>
    public async Task<(int Active, int Answering)> TryGatewaysAsync(string clusterId, CancellationToken cancellationToken)
    {
        using var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        var gateways = ReadSilos(connection, clusterId, "Status = $active AND ProxyPort > 0", "ProxyPort");
        var refused = await Task.WhenAll(gateways.Select(gateway => IsRefusedAsync(gateway, cancellationToken)));
        return (gateways.Count, refused.Count(isRefused => !isRefused));
    }

    private static List<SiloAddress> ReadSilos(SqliteConnection connection, string clusterId, string condition, string port)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT Address, {port}, Generation FROM OrleansMembershipTable WHERE DeploymentId = $cluster AND {condition}";
        command.Parameters.AddWithValue("$cluster", clusterId);
        command.Parameters.AddWithValue("$dead", (int)SiloStatus.Dead);
        command.Parameters.AddWithValue("$active", (int)SiloStatus.Active);
        var silos = new List<SiloAddress>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (IPAddress.TryParse(reader.GetString(0), out var address))
                silos.Add(SiloAddress.New(address, reader.GetInt32(1), reader.GetInt32(2)));
        }

        return silos;
    }

    // Only loopback addresses: of another machine's silo a refused connection proves nothing.
    private static async Task<bool> IsRefusedAsync(SiloAddress silo, CancellationToken cancellationToken)
    {
        if (!IPAddress.IsLoopback(silo.Endpoint.Address))
            return false;
        using var socket = new Socket(silo.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(silo.Endpoint, cancellationToken);
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
