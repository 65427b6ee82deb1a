using System.ComponentModel.DataAnnotations;

namespace OrleansAsync.Hosting;

/// <summary>
/// Settings of a silo process: section <c>OrleansAsync:Silo</c> of appsettings.json, environment <c>ORLEANSASYNC__SILO__…</c>, or the
/// option of the same name, which wins.
/// </summary>
internal sealed class SiloOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "OrleansAsync:Silo";

    /// <summary>
    /// Gets or sets the cluster to join: <c>local</c>, or <c>@FILE</c> with a PostgreSQL connection string in the file. Default: the connection
    /// string in the environment variable ORLEANSASYNC_CLUSTER, else <c>local</c>.
    /// </summary>
    public string? Cluster { get; set; }

    /// <summary>
    /// Gets or sets the address or host name at which other machines reach this silo; it then listens on all its addresses, without
    /// authentication. Only in a PostgreSQL cluster. Default: loopback, for silos and clients of this machine.
    /// </summary>
    public string? Address { get; set; }

    /// <summary>Gets or sets the data folder, relative to the current folder. Silos and clients of one machine meet in it. Default <c>.orleansasync</c>.</summary>
    [Required]
    public string Data { get; set; } = ".orleansasync";

    /// <summary>Gets or sets the port for other silos, 1 to 65535. Default: any free one.</summary>
    [Range(1, 65535)]
    public int? SiloPort { get; set; }

    /// <summary>Gets or sets the port for clients, 1 to 65535. Default: any free one.</summary>
    [Range(1, 65535)]
    public int? GatewayPort { get; set; }

    /// <summary>Gets or sets the port of dashboard and health endpoints, 1 to 65535. Default: 8080, or the next free one.</summary>
    [Range(1, 65535)]
    public int? DashboardPort { get; set; }

    /// <summary>Gets or sets the assemblies with coroutines, bodies and grains of one's own, relative to the current folder. Default: none. The option adds to the setting.</summary>
    [Required]
    public string[] Load { get; set; } = [];

    /// <summary>Gets or sets where traces and metrics go. Default: nowhere.</summary>
    [EnumDataType(typeof(TelemetryMode))]
    public TelemetryMode Telemetry { get; set; }

    /// <summary>Gets or sets how much is logged on stderr. Default: warnings.</summary>
    [EnumDataType(typeof(Verbosity))]
    public Verbosity Verbosity { get; set; } = Verbosity.Normal;
}
