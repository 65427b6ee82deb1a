using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <content>Fan-out of any length with bounded memory.</content>
public static partial class TaskLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Runs a coroutine for each item of a source of any length, a bounded number at a time.</summary>
        /// <param name="source">The items; read only as far as needed.</param>
        /// <param name="selector">Makes the call for an item.</param>
        /// <param name="maxInFlight">How many may be running, or ended and not yet taken; at least 1.</param>
        /// <param name="ordered">Whether results come in the order of the items, or as they are completed.</param>
        /// <param name="cancellationToken">Ends the stream.</param>
        /// <returns>The results. The first exception met is thrown. However the stream ends, what is still running is cancelled and awaited.</returns>
        /// <remarks><b>asyncio:</b> has no such verb; with it ten million items need the memory of <paramref name="maxInFlight"/>.</remarks>
        public IAsyncEnumerable<TResult> MapAsync<TSource, TResult>(
            IAsyncEnumerable<TSource> source, Func<TSource, Coroutine<TResult>> selector, int maxInFlight, bool ordered = true, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(source);
            ArgumentNullException.ThrowIfNull(selector);
            ArgumentOutOfRangeException.ThrowIfLessThan(maxInFlight, 1);
            return MapCoreAsync(loop, source, selector, maxInFlight, ordered, cancellationToken);
        }

        /// <inheritdoc cref="MapAsync{TSource, TResult}(IClusterLoop, IAsyncEnumerable{TSource}, Func{TSource, Coroutine{TResult}}, int, bool, CancellationToken)"/>
        public IAsyncEnumerable<TResult> MapAsync<TSource, TResult>(
            IEnumerable<TSource> source, Func<TSource, Coroutine<TResult>> selector, int maxInFlight, bool ordered = true, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(source);
            return loop.MapAsync(source.ToAsyncEnumerable(), selector, maxInFlight, ordered, cancellationToken);
        }
    }

    private static async IAsyncEnumerable<TResult> MapCoreAsync<TSource, TResult>(
        IClusterLoop loop, IAsyncEnumerable<TSource> source, Func<TSource, Coroutine<TResult>> selector, int maxInFlight, bool ordered,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var slots = new SemaphoreSlim(maxInFlight);
        var inFlight = new HashSet<ClusterTask<TResult>>();
        var results = Channel.CreateUnbounded<ClusterTask<TResult>>();
        var producing = ProduceAsync();
        try
        {
            while (await loop.AwaitInside(token => ReadAsync(token)) is { } task)
            {
                var result = await task;
                lock (inFlight) inFlight.Remove(task);
                slots.Release();
                yield return result;
            }
            await producing;
        }
        finally
        {
            await stop.CancelAsync();
            await producing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            // The producer has ended, so nobody else touches the set.
            await Task.WhenAll(inFlight.Select(task => task.CancelAsync()));
            foreach (Task wait in inFlight.Select(task => task.AsTask())) await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        async Task ProduceAsync()
        {
            try
            {
                var ended = new Forward<TResult>(results.Writer);
                var count = 0;
                await foreach (var item in source.WithCancellation(stop.Token))
                {
                    await slots.WaitAsync(stop.Token);
                    var task = loop.CreateTask(selector(item));
                    lock (inFlight) inFlight.Add(task);
                    if (ordered) results.Writer.TryWrite(task);
                    else task.Observe(ended);
                    count++;
                }
                // As completed: the end of the stream is behind the last task, which may still be running.
                if (ordered) results.Writer.Complete();
                else ended.CompleteAfter(count);
            }
            catch (Exception e)
            {
                results.Writer.TryComplete(e);
                throw;
            }
        }

        async Task<ClusterTask<TResult>?> ReadAsync(CancellationToken token)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken);
            return await results.Reader.WaitToReadAsync(either.Token) && results.Reader.TryRead(out var task) ? task : null;
        }
    }

    private sealed class Forward<TResult>(ChannelWriter<ClusterTask<TResult>> writer) : ITaskObserver
    {
        private readonly Lock _gate = new();
        private int _ended;
        private int? _total;

        public void OnEnded(OwnedTask task)
        {
            writer.TryWrite((ClusterTask<TResult>)task);
            lock (_gate)
            {
                if (++_ended == _total) writer.TryComplete();
            }
        }

        public void CompleteAfter(int count)
        {
            lock (_gate)
            {
                _total = count;
                if (_ended == count) writer.TryComplete();
            }
        }
    }
}
