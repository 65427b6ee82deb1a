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

    /// <summary>Makes the silo a member of a cluster of one machine.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="target">The cluster.</param>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="siloPort">Port for other silos.</param>
    /// <param name="gatewayPort">Port for clients.</param>
    /// <returns>The silo.</returns>
    /// <exception cref="ProgramException">The kind of cluster is not available, or its database cannot be used.</exception>
    public static ISiloBuilder UseCluster(this ISiloBuilder silo, ClusterTarget target, string dataFolder, int siloPort, int gatewayPort)
    {
        silo.UseClusterDefaults(siloPort, gatewayPort);
        silo.Services.AddSingleton(_ => StoreFactory.Create(target, dataFolder));
        switch (target.Mode)
        {
            case ClusterMode.Local:
                var database = new ClusterDatabase(dataFolder);
                return silo.UseAdoNetClustering(options =>
                {
                    options.Invariant = ClusterDatabase.Invariant;
                    options.ConnectionString = database.ConnectionString;
                });
            case ClusterMode.PostgreSql:
                throw NoPostgreSql(target);
            default:
                throw ProgramException.Input("--cluster embedded runs its silos in the client; give a silo process --cluster local");
        }
    }

    /// <summary>Makes the client use a cluster of silo processes.</summary>
    /// <param name="client">The client.</param>
    /// <param name="target">The cluster.</param>
    /// <param name="dataFolder">The data folder.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ProgramException">The kind of cluster is not available.</exception>
    public static IClientBuilder UseCluster(this IClientBuilder client, ClusterTarget target, string dataFolder)
    {
        if (target.Mode != ClusterMode.Local)
            throw NoPostgreSql(target);
        client.Configure<ClusterOptions>(SetNames);
        // A silo that joined or left is known to the client within seconds (the default is a minute).
        client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
        return client.UseAdoNetClustering(options =>
        {
            options.Invariant = ClusterDatabase.Invariant;
            options.ConnectionString = new ClusterDatabase(dataFolder).ConnectionString;
        });
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
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
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

    private static ProgramException NoPostgreSql(ClusterTarget target) => ProgramException.Input(
        $"PostgreSQL clusters ({(target.File is { } file ? $"--cluster @{file}" : ClusterTarget.Variable)}) are not available yet; use --cluster local"
        + " with one --data folder for all processes of this machine");
}
