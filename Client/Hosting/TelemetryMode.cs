namespace OrleansAsync.Hosting;

/// <summary>Where traces and metrics go: the value of <c>--telemetry</c>.</summary>
internal enum TelemetryMode
{
    /// <summary>Nowhere; nothing is collected.</summary>
    None,

    /// <summary>To stderr, for people.</summary>
    Console,

    /// <summary>By OTLP to a collector; the <c>OTEL_EXPORTER_OTLP_…</c> variables say where, <c>localhost:4317</c> otherwise.</summary>
    Otlp,
}
