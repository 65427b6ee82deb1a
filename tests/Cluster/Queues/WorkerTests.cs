using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;
using OrleansAsync.Queues;

namespace OrleansAsync.Tests.Cluster.Queues;

/// <summary>Producer and consumer grains.</summary>
public sealed class WorkerTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    [Fact]
    public async Task Many_producers_and_consumers_work_on_one_queue_until_it_is_shut_down()
    {
        var (queue, handled) = (Client.Queue<int>(maxSize: 50), new ConcurrentBag<int>());
        var handler = Handle.With((item, _) =>
        {
            handled.Add(item);
            return Task.CompletedTask;
        });
        var consumers = Enumerable.Range(0, 4).Select(_ => Client.Grains.GetGrain<IConsumerGrain>(QueueHandleTests.NewName())).ToArray();
        var producers = Enumerable.Range(0, 4).Select(_ => Client.Grains.GetGrain<IProducerGrain>(QueueHandleTests.NewName())).ToArray();
        foreach (var consumer in consumers) Assert.True(await consumer.StartAsync(new ConsumerSpecification<int>(queue, handler) { MaxInFlight = 3 }));
        foreach (var (i, producer) in producers.Index()) Assert.True(await producer.StartAsync(new ProducerSpecification<int>(queue, new Numbers(1000 * i, 5, 30))));
        foreach (var producer in producers) await UntilAsync(producer.GetProgressAsync, WorkerState.Finished);
        await queue.JoinAsync().Soon();
        Assert.Equal(Enumerable.Range(0, 4).SelectMany(i => Enumerable.Range(1000 * i, 150)), handled.Order());
        var progress = await Task.WhenAll(consumers.Select(consumer => consumer.GetProgressAsync()));
        Assert.Equal((600, 0), (progress.Sum(each => each.Items), progress.Sum(each => each.Errors)));
        Assert.All(progress, each => Assert.Contains(each.Silo, Cluster.Cluster.Silos.Select(silo => silo.SiloAddress.Endpoint.ToString())));
        Assert.Equal(150, (await producers[0].GetProgressAsync()).Items);
        await queue.ShutdownAsync().Soon();
        foreach (var consumer in consumers) await UntilAsync(consumer.GetProgressAsync, WorkerState.Finished);
    }

    [Fact]
    public async Task A_consumer_that_is_stopped_finishes_the_item_at_hand_and_goes_on_when_it_is_started_again()
    {
        var (queue, started, gate, handled) = (Client.Queue<int>(), new Gate(), new Gate(), new ConcurrentQueue<int>());
        await queue.PutManyAsync([1, 2, 3]).Soon();
        var specification = new ConsumerSpecification<int>(queue, Handle.With(async (item, loop) =>
        {
            started.Open();
            await loop.WaitAsync(gate);
            handled.Enqueue(item);
        }));
        var consumer = Client.Grains.GetGrain<IConsumerGrain>(QueueHandleTests.NewName());
        Assert.True(await consumer.StartAsync(specification));
        await started.Opened.Soon();
        Assert.False(await consumer.StartAsync(specification));
        var stop = consumer.StopAsync();
        await UntilAsync(consumer.GetProgressAsync, WorkerState.Stopping);
        gate.Open();
        Assert.True(await stop.Soon());
        Assert.Equal((WorkerState.Stopped, 1), ((await consumer.GetProgressAsync()).State, (await consumer.GetProgressAsync()).Items));
        Assert.Equal(2, await queue.CountAsync().Soon());
        Assert.True(await consumer.StartAsync(specification));
        await queue.JoinAsync().Soon();
        Assert.Equal([1, 2, 3], handled);
        // One that waits for an item has none at hand.
        Assert.True(await consumer.StopAsync().Soon());
    }

    [Fact]
    public async Task An_item_whose_handler_fails_is_tried_again_and_then_put_aside()
    {
        var (queue, aside, calls) = (Client.Queue<int>(), Client.Queue<int>(), new ConcurrentDictionary<int, int>());
        var consumer = Client.Grains.GetGrain<IConsumerGrain>(QueueHandleTests.NewName());
        await consumer.StartAsync(new ConsumerSpecification<int>(queue, Handle.With((item, _) =>
        {
            var call = calls.AddOrUpdate(item, 1, (_, before) => before + 1);
            return item == 13 || (item == 7 && call == 1) ? throw new InvalidOperationException($"no {item}") : Task.CompletedTask;
        }))
        {
            MaxRetries = 1,
            SetAside = aside,
        });
        await queue.PutManyAsync([13, 7, 1]).Soon();
        await queue.JoinAsync().Soon();
        Assert.Equal([(1, 1), (7, 2), (13, 2)], calls.OrderBy(entry => entry.Key).Select(entry => (entry.Key, entry.Value)));
        Assert.Equal([13], await aside.GetManyAsync(5).Soon());
        var progress = await consumer.GetProgressAsync();
        Assert.Equal((2, 3, 1), (progress.Items, progress.Errors, progress.SetAside));
        Assert.Equal("InvalidOperationException: no 7", progress.LastError);
        await consumer.StopAsync().Soon();
    }

    [Fact]
    public async Task A_producer_whose_source_fails_gives_up_there_and_goes_on_there()
    {
        var (queue, broken) = (Client.Queue<int>(), true);
        var producer = Client.Grains.GetGrain<IProducerGrain>(QueueHandleTests.NewName());
        var source = Source.With((number, _) => number == 1 && broken
            ? throw new IOException("no page")
            : Task.FromResult<ImmutableArray<int>>(number < 3 ? [(int)number, (int)number] : []));
        var specification = new ProducerSpecification<int>(queue, source) { MaxRetries = 0 };
        await producer.StartAsync(specification);
        await UntilAsync(producer.GetProgressAsync, WorkerState.Failed);
        Assert.Contains("Call 1 of the source", (await producer.GetProgressAsync()).LastError, StringComparison.Ordinal);
        broken = false;
        await producer.StartAsync(specification);
        await UntilAsync(producer.GetProgressAsync, WorkerState.Finished);
        Assert.Equal([0, 0, 1, 1, 2, 2], await queue.GetManyAsync(10).Soon());
    }

    [Fact]
    public async Task A_rate_is_not_exceeded()
    {
        var queue = Client.Queue<int>();
        var began = Stopwatch.GetTimestamp();
        var producer = Client.Grains.GetGrain<IProducerGrain>(QueueHandleTests.NewName());
        await producer.StartAsync(new ProducerSpecification<int>(queue, new Numbers(0, 1, 21)) { MaxPerSecond = 40 });
        await UntilAsync(producer.GetProgressAsync, WorkerState.Finished);
        // Four at once, then the others behind them.
        Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromSeconds(0.45), $"{Stopwatch.GetElapsedTime(began)}");
        Assert.Equal(21, await queue.CountAsync().Soon());
    }

    [Fact]
    public async Task A_specification_that_makes_no_sense_is_refused()
    {
        var (producer, consumer) = (Client.Grains.GetGrain<IProducerGrain>("odd"), Client.Grains.GetGrain<IConsumerGrain>("odd"));
        var (queue, source, handler) = (Client.Queue<int>(), new Numbers(0, 1, 1), Handle.With((_, _) => Task.CompletedTask));
        foreach (var rate in (double[])[0, -1, double.NaN, double.PositiveInfinity])
            await Assert.ThrowsAsync<ArgumentException>(() => producer.StartAsync(new ProducerSpecification<int>(queue, source) { MaxPerSecond = rate }));
        await Assert.ThrowsAsync<ArgumentException>(() => producer.StartAsync(new ProducerSpecification<int>(queue, source) { MaxRetries = -1 }));
        await Assert.ThrowsAsync<ArgumentException>(() => consumer.StartAsync(new ConsumerSpecification<int>(queue, handler) { MaxInFlight = 0 }));
        Assert.Equal(WorkerState.Stopped, (await consumer.GetProgressAsync()).State);
    }

    [Fact]
    public async Task A_producer_and_a_consumer_of_a_durable_queue_go_on_after_the_loss_of_their_silo()
    {
        var data = Directory.CreateTempSubdirectory("orleansasync-").FullName;
        try
        {
            var (handled, half, gate) = (new ConcurrentDictionary<int, int>(), new Gate(), new Gate());
            var handler = Handle.With(async (item, loop) =>
            {
                if (handled.Count == 100) half.Open();
                if (handled.Count >= 100) await loop.WaitAsync(gate);
                handled.AddOrUpdate(item, 1, (_, before) => before + 1);
            });
            var options = new QueueOptions { Durable = true };
            await using (var first = ClusterFixture.Build(1, silo => silo.UseSqliteStore(data)).Build())
            {
                await first.DeployAsync();
                var loop = ClusterFixture.Loop(first.Client.ServiceProvider);
                var queue = loop.Queue<int>("numbers", maxSize: 20, options);
                Assert.True(await loop.Grains.GetGrain<IConsumerGrain>("c").StartAsync(new ConsumerSpecification<int>(queue, handler)));
                Assert.True(await loop.Grains.GetGrain<IProducerGrain>("p").StartAsync(new ProducerSpecification<int>(queue, new Numbers(0, 20, 15))));
                await half.Opened.Soon();
                await first.KillSiloAsync(first.Silos[0]);
            }
            gate.Open();
            await using var second = ClusterFixture.Build(1, silo => silo.UseSqliteStore(data)).Build();
            await second.DeployAsync();
            var next = ClusterFixture.Loop(second.Client.ServiceProvider);
            // As a reminder would, the question brings them back.
            var (consumer, producer) = (next.Grains.GetGrain<IConsumerGrain>("c"), next.Grains.GetGrain<IProducerGrain>("p"));
            Assert.Equal(WorkerState.Running, (await consumer.GetProgressAsync()).State);
            await UntilAsync(producer.GetProgressAsync, WorkerState.Finished);
            await next.Queue<int>("numbers", maxSize: 20, options).JoinAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(Enumerable.Range(0, 300), handled.Keys.Order());
            Assert.True(await consumer.StopAsync().Soon());
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task UntilAsync(Func<Task<WorkerProgress>> progress, WorkerState state)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await progress() is var now && now.State != state)
        {
            Assert.True(now.State is WorkerState.Running or WorkerState.Stopping, $"{now}");
            await Task.Delay(10, limit.Token);
        }
    }
}

[GenerateSerializer, Immutable, Alias("oa.tests.numbers")]
internal sealed record Numbers([property: Id(0)] int First, [property: Id(1)] int Calls, [property: Id(2)] int PerCall) : SourceCoroutine<int>;

internal sealed class NumbersBody : CoroutineBody<Numbers, ImmutableArray<int>>
{
    protected override Task<ImmutableArray<int>> RunAsync(Numbers coroutine, IClusterLoop loop) => Task.FromResult<ImmutableArray<int>>(
        coroutine.Number < coroutine.Calls ? [.. Enumerable.Range(coroutine.First + ((int)coroutine.Number * coroutine.PerCall), coroutine.PerCall)] : []);
}

/// <summary>A source that is a delegate of the test.</summary>
[GenerateSerializer, Immutable, Alias("oa.tests.source")]
internal sealed record Source([property: Id(0)] string Key) : SourceCoroutine<int>
{
    public static ConcurrentDictionary<string, Func<long, IClusterLoop, Task<ImmutableArray<int>>>> Bodies { get; } = [];

    public static Source With(Func<long, IClusterLoop, Task<ImmutableArray<int>>> body)
    {
        var source = new Source(Guid.NewGuid().ToString("N"));
        Bodies[source.Key] = body;
        return source;
    }
}

internal sealed class SourceBody : CoroutineBody<Source, ImmutableArray<int>>
{
    protected override Task<ImmutableArray<int>> RunAsync(Source coroutine, IClusterLoop loop) => Source.Bodies[coroutine.Key](coroutine.Number, loop);
}

/// <summary>A handler that is a delegate of the test.</summary>
[GenerateSerializer, Immutable, Alias("oa.tests.handle")]
internal sealed record Handle([property: Id(0)] string Key) : ItemCoroutine<int>
{
    public static ConcurrentDictionary<string, Func<int, IClusterLoop, Task>> Bodies { get; } = [];

    public static Handle With(Func<int, IClusterLoop, Task> body)
    {
        var handle = new Handle(Guid.NewGuid().ToString("N"));
        Bodies[handle.Key] = body;
        return handle;
    }
}

internal sealed class HandleBody : CoroutineBody<Handle>
{
    protected override Task RunAsync(Handle coroutine, IClusterLoop loop) => Handle.Bodies[coroutine.Key](coroutine.Item, loop);
}
