using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Execution;

public sealed class MetricsTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Fact]
    public async Task Tasks_are_counted_and_timed_by_coroutine_and_outcome()
    {
        var (names, outcomes) = (new ConcurrentDictionary<string, bool>(), new ConcurrentDictionary<string, bool>());
        var lag = new Gate();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "OrleansAsync") self.EnableMeasurementEvents(instrument);
            },
        };
        // Other tests run meanwhile; this one has the only coroutines of its type.
        void Measured(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (instrument.Name == "orleansasync.loop.lag") lag.Open();
            var mine = false;
            foreach (var tag in tags) mine |= tag is { Key: "coroutine", Value: "oa.tests.measured" };
            if (tags.IsEmpty) names[instrument.Name] = true;
            if (!mine) return;
            names[instrument.Name] = true;
            foreach (var tag in tags)
            {
                if (tag.Key == "outcome") outcomes[(string)tag.Value!] = true;
            }
        }
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Measured(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Measured(instrument, tags));
        listener.Start();
        Assert.Equal(1, await Client.CreateTask(new Measured(false)).AsTask().Soon());
        await Assert.ThrowsAsync<InvalidOperationException>(() => Client.CreateTask(new Measured(true)).AsTask().Soon());
        await lag.Opened.Soon();
        Assert.Subset(names.Keys.ToHashSet(), new HashSet<string>
        {
            "orleansasync.tasks.created", "orleansasync.tasks.live", "orleansasync.tasks.ended", "orleansasync.task.queue_time", "orleansasync.task.duration",
        });
        Assert.Equal(["failed", "succeeded"], outcomes.Keys.Order());
    }
}

[GenerateSerializer, Immutable, Alias("oa.tests.measured")]
internal sealed record Measured([property: Id(0)] bool Fails) : Coroutine<int>;

internal sealed class MeasuredBody : CoroutineBody<Measured, int>
{
    protected override Task<int> RunAsync(Measured coroutine, IClusterLoop loop) =>
        coroutine.Fails ? throw new InvalidOperationException("on purpose") : Task.FromResult(1);
}
