using System.Collections.Immutable;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Queues;

/// <summary>What a producer does: it calls a source for items and puts them into a queue, until the source has no more.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
/// <param name="Queue">Where to put them.</param>
/// <param name="Source">Where to get them.</param>
[GenerateSerializer, Immutable, Alias(QueueAliases.ProducerSpecificationOfItem)]
public sealed record ProducerSpecification<T>([property: Id(0)] QueueHandle<T> Queue, [property: Id(1)] SourceCoroutine<T> Source) : ProducerSpecification
{
    private const int MaxBatch = 100;

    internal override bool IsDurable => Queue.Settings.IsDurable;

    internal override async Task RunAsync(IWorker worker, IClusterLoop loop)
    {
        var queue = Queue.On(loop);
        // Not much more at a time than a tenth of a second allows.
        var most = (int)Math.Clamp((MaxPerSecond ?? double.MaxValue) / 10, 1, MaxBatch);
        while (true)
        {
            worker.Stopping.ThrowIfCancellationRequested();
            var (position, items) = (worker.Position, ImmutableArray<T>.Empty);
            if (!await worker.TryAsync(async () => items = await loop.CreateTask(Source with { Number = position.Number })))
                throw new InvalidOperationException($"Call {position.Number} of the source failed each time; start the producer again to go on there.");
            if (items.IsEmpty) return;
            for (var offset = position.Offset; offset < items.Length;)
            {
                var batch = items.Slice(offset, Math.Min(most, items.Length - offset));
                await worker.PaceAsync(batch.Length);
                try
                {
                    await queue.PutManyAsync(batch, worker.Stopping);
                }
                catch (QueueLostException e)
                {
                    await worker.OnLostAsync(e);
                    continue;
                }
                offset += batch.Length;
                await worker.DoneAsync(batch.Length, offset < items.Length ? (position.Number, offset) : (position.Number + 1, 0));
            }
        }
    }
}
