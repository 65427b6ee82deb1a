using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using OrleansAsync.Storage;

namespace OrleansAsync.Hosting;

/// <summary>How silos and clients find each other, and the settings by which a cluster notices a lost silo: the same in every mode.</summary>
internal static class ClusterBuilderExtensions
{
    /// <summary>The name of the cluster and the service; a database holds one of ours.</summary>
    public const string ClusterName = "orleansasync";

    /// <summary>Makes the silo a member of a cluster of silo processes.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="target">The cluster.</param>
    /// <param name="dataFolder">The data folder of a local cluster.</param>
    /// <param name="siloPort">Port for other silos.</param>
    /// <param name="gatewayPort">Port for clients.</param>
    /// <param name="address">The address at which other machines reach the silo, which then listens on all; <see langword="null"/> for loopback.</param>
    /// <returns>The silo.</returns>
    /// <exception cref="ProgramException">The cluster names no database, or is embedded.</exception>
    public static ISiloBuilder UseCluster(
        this ISiloBuilder silo, ClusterTarget target, string dataFolder, int siloPort, int gatewayPort, IPAddress? address = null)
    {
        var database = ClusterDatabase.Find(target, dataFolder);
        silo.UseClusterDefaults(siloPort, gatewayPort);
        if (address is not null)
        {
            silo.Configure<EndpointOptions>(options =>
            {
                options.AdvertisedIPAddress = address;
                options.SiloListeningEndpoint = new(IPAddress.Any, siloPort);
                options.GatewayListeningEndpoint = new(IPAddress.Any, gatewayPort);
            });
        }

        silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (database.Invariant, database.ConnectionString));
        silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (database.Invariant, database.ConnectionString));
        silo.Services.AddSingleton(_ => StoreFactory.Create(target, dataFolder));
        return silo;
    }

    /// <summary>Makes the client use a cluster of silo processes.</summary>
    /// <param name="client">The client.</param>
    /// <param name="target">The cluster.</param>
    /// <param name="dataFolder">The data folder of a local cluster.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ProgramException">The cluster names no database, or is embedded.</exception>
    public static IClientBuilder UseCluster(this IClientBuilder client, ClusterTarget target, string dataFolder)
    {
        var database = ClusterDatabase.Find(target, dataFolder);
        client.Configure<ClusterOptions>(SetNames);
        // A silo that joined or left is known to the client within seconds (the default is a minute).
        client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
        return client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (database.Invariant, database.ConnectionString));
    }

    /// <summary>Applies the settings all silos share, whichever way they find each other.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="siloPort">Port for other silos, on loopback.</param>
    /// <param name="gatewayPort">Port for clients, on loopback; 0 for none.</param>
    /// <returns>The silo.</returns>
    public static ISiloBuilder UseClusterDefaults(this ISiloBuilder silo, int siloPort, int gatewayPort)
    {
        silo.Configure<ClusterOptions>(SetNames);
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Loopback;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
        });
        // A killed silo is detected in about a second; the defaults need about thirteen.
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 1;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
            // Who does not write for three periods is probed by a silo that joins, and declared dead if it does not answer: so the rows of a
            // crash on another machine hold up a start for seconds. A live silo that cannot write answers, and stays.
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(2);
            options.NumMissedTableIAmAliveLimit = 3;
        });
        // The default directory also deactivates grains on surviving silos that the lost one had registered. The lease would
        // keep the lost silo's grains away for tens of seconds; what it protects against is covered by our own incarnations.
#pragma warning disable ORLEANSEXP003 // experimental, chosen by measurement
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        silo.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = TimeSpan.Zero);
        return silo;
    }

    private static void SetNames(ClusterOptions options) => (options.ClusterId, options.ServiceId) = (ClusterName, ClusterName);
}
