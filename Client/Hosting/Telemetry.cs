using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OrleansAsync.Hosting;

/// <summary>Exports the traces and metrics of this process: ours, Orleans' and the runtime's. Used by both programs.</summary>
internal sealed class Telemetry : IDisposable
{
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private Telemetry(TracerProvider traces, MeterProvider metrics) => (_traces, _metrics) = (traces, metrics);

    /// <summary>Starts to export.</summary>
    /// <param name="mode">Where to.</param>
    /// <param name="service">The name of the service as backends show it.</param>
    /// <returns>Flushes and stops on dispose; <see langword="null"/> with <see cref="TelemetryMode.None"/>.</returns>
    public static Telemetry? Start(TelemetryMode mode, string service)
    {
        if (mode == TelemetryMode.None)
            return null;
        var traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService(service))
            .AddSource("OrleansAsync", "Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime");
        var metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService(service))
            .AddMeter("OrleansAsync", "Microsoft.Orleans", "System.Runtime");
        if (mode == TelemetryMode.Otlp)
            return new(traces.AddOtlpExporter().Build(), metrics.AddOtlpExporter().Build());
        // The console exporter knows only stdout, which belongs to results: whoever writes those took Console.Out before.
        Console.SetOut(Console.Error);
        return new(traces.AddConsoleExporter().Build(), metrics.AddConsoleExporter().Build());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }
}
