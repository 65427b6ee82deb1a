namespace OrleansAsync.Hosting;

/// <summary>Which cluster a command uses, and how.</summary>
internal sealed record SessionOptions
{
    /// <summary>Gets the cluster.</summary>
    public required ClusterTarget Target { get; init; }

    /// <summary>Gets the number of embedded silos, at least 1.</summary>
    public int Silos { get; init; } = 2;

    /// <summary>Gets the data folder of an embedded or local cluster.</summary>
    public string DataFolder { get; init; } = ".orleansasync";

    /// <summary>Gets where traces and metrics go.</summary>
    public TelemetryMode Telemetry { get; init; }

    /// <summary>Gets how much is logged.</summary>
    public Verbosity Verbosity { get; init; } = Verbosity.Normal;

    /// <summary>Gets the same for a live view, into which no warnings may be written: a scenario's are among its notes.</summary>
    public SessionOptions ForLiveView => Verbosity == Verbosity.Debug ? this : this with { Verbosity = Verbosity.Quiet };
}
