using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Queues;

/// <summary>What a consumer does: it takes items from a queue and calls a handler for each, until the queue is shut down and empty.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
/// <param name="Queue">Where to take them from.</param>
/// <param name="Handler">What to do with an item. The item is done when it has returned.</param>
[GenerateSerializer, Immutable, Alias(QueueAliases.ConsumerSpecificationOfItem)]
public sealed record ConsumerSpecification<T>([property: Id(0)] QueueHandle<T> Queue, [property: Id(1)] ItemCoroutine<T> Handler) : ConsumerSpecification
{
    /// <summary>
    /// Gets where to put an item whose handler has failed each time; <see langword="null"/> to do no more than count it and write it to the silo's log, as an error.
    /// </summary>
    [Id(2)]
    public QueueHandle<T>? SetAside { get; init; }

    internal override bool IsDurable => Queue.Settings.IsDurable;

    internal override async Task RunAsync(IWorker worker, IClusterLoop loop)
    {
        // One that gives up takes the others with it.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(worker.Stopping);
        await Task.WhenAll(Enumerable.Range(0, MaxInFlight).Select(_ => WorkAsync(worker, loop, stop)));
    }

    private async Task WorkAsync(IWorker worker, IClusterLoop loop, CancellationTokenSource stop)
    {
        while (true)
        {
            try
            {
                await TakeAllAsync(worker, loop, stop.Token);
                return;
            }
            catch (QueueLostException e)
            {
                await worker.OnLostAsync(e);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }

    private async Task TakeAllAsync(IWorker worker, IClusterLoop loop, CancellationToken stopping)
    {
        // The item at hand is done before the next is asked for, and so before the token ends the loop.
        await foreach (var item in Queue.On(loop).GetAllAsync(cancellationToken: stopping))
        {
            await worker.PaceAsync(1);
            if (await worker.TryAsync(async () => await loop.CreateTask(Handler with { Item = item })))
            {
                await worker.DoneAsync(1);
                continue;
            }
            if (SetAside is not null) await SetAside.On(loop).PutAsync(item, stopping);
            worker.OnSetAside($"{item}");
        }
    }
}
