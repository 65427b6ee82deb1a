using System.ComponentModel;
using System.Runtime.CompilerServices;
using OrleansAsync.Coordination;
using OrleansAsync.Coordination.Protocol;
using OrleansAsync.Execution;

namespace OrleansAsync.Queues;

/// <summary>What the queues have in common. Get one from <see cref="QueueLoopExtensions"/>.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
/// <inheritdoc cref="IQueue{T}" path="/remarks"/>
[GenerateSerializer, Alias(QueueAliases.Handle), EditorBrowsable(EditorBrowsableState.Never)]
public abstract class QueueHandle<T> : IQueue<T>
{
    private const int MaxBatch = 1000;
    private const int MaxBytes = 1 << 20;

    [Id(0)]
    private readonly string _key;

    [Id(1)]
    private readonly QueueSettings _settings;

    // Not sent: a handle that has arrived in a coroutine uses the coroutine's.
    [NonSerialized]
    private IClusterLoop? _loop;

    [NonSerialized]
    private Func<T, double>? _priority;

    private protected QueueHandle(string key, QueueSettings settings, IClusterLoop loop)
    {
        (_key, _settings, _loop) = (key, settings, loop);
        if (settings.Order == QueueOrder.Priority) _priority = Priorities.Of<T>();
    }

    /// <inheritdoc/>
    public string? Name => PrimitiveKey.IsNamed(_key) ? PrimitiveKey.ParseName(_key) : null;

    /// <inheritdoc/>
    public int MaxSize => _settings.MaxSize;

    internal string Key => _key;

    internal QueueSettings Settings => _settings;

    /// <summary>A handle of the same queue for another loop.</summary>
    internal QueueHandle<T> On(IClusterLoop loop)
    {
        var copy = (QueueHandle<T>)MemberwiseClone();
        copy._loop = loop;
        return copy;
    }

    private protected Func<T, double>? Priority => _settings.Order == QueueOrder.Priority ? _priority ??= Priorities.Of<T>() : null;

    // The running task's session with the queue, or that of the process.
    private protected virtual Primitive Primitive => ClusterPrimitives.Find(_loop, _key, _settings, Grain);

    private IClusterLoop Loop => ClusterLoop.Current ?? _loop!;

    /// <inheritdoc/>
    public async Task PutAsync(T item, CancellationToken cancellationToken = default) => await CallAsync(Primitive, QueueVerb.Put, 0, [Write(item)], cancellationToken);

    /// <inheritdoc/>
    public async Task PutManyAsync(IEnumerable<T> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        var primitive = Primitive;
        object[] payloads = [.. items.Select(Write)];
        for (var start = 0; start < payloads.Length;)
        {
            var end = start;
            for (var bytes = 0; end < payloads.Length && end - start < MaxBatch && (end == start || bytes + Size(payloads[end]) <= MaxBytes); end++) bytes += Size(payloads[end]);
            // As many as there was room for.
            start += (int)(await CallAsync(primitive, QueueVerb.Put, 0, payloads[start..end], cancellationToken)).Value;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> TryPutAsync(T item, CancellationToken cancellationToken = default) =>
        (await CallAsync(Primitive, QueueVerb.TryPut, 0, [Write(item)], cancellationToken)).Kind == AnswerKind.Ok;

    /// <inheritdoc/>
    public async Task PutNowaitAsync(T item, CancellationToken cancellationToken = default)
    {
        if (!await TryPutAsync(item, cancellationToken)) throw new QueueFullException($"Nothing was put: {this} is full, it holds {MaxSize}.");
    }

    /// <inheritdoc/>
    public async Task<T> GetAsync(CancellationToken cancellationToken = default) => (await TakeAsync(QueueVerb.Get, 1, cancellationToken)).Own(this)[0];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<T>> GetManyAsync(int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return (await TakeAsync(QueueVerb.Get, max, cancellationToken)).Own(this);
    }

    /// <inheritdoc/>
    public async Task<(bool Found, T? Item)> TryGetAsync(CancellationToken cancellationToken = default) =>
        (await TakeAsync(QueueVerb.TryGet, 1, cancellationToken)).Own(this) is [var item] ? (true, item) : (false, default);

    /// <inheritdoc/>
    public async Task<T> GetNowaitAsync(CancellationToken cancellationToken = default) =>
        await TryGetAsync(cancellationToken) is (true, var item) ? item! : throw new QueueEmptyException($"Nothing was taken: {this} is empty.");

    /// <inheritdoc/>
    public IAsyncEnumerable<T> GetAllAsync(int prefetch = 1, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        return TakeAllAsync(prefetch, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task TaskDoneAsync(int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var primitive = Primitive;
        if (Taken(primitive).TakeOldest(count, ClusterLoop.Current?.Root, ownOnly: !_settings.Redelivers) is not { } parts)
        {
            if (_settings.Redelivers) throw TooManyDone(count);
            parts = [new(null, count, IsLast: true)];
        }
        // All are sent before the first is awaited, and no cancel comes between: what is told to be done is done.
        await Task.WhenAll([.. parts.Select(part => FinishAsync(primitive, part))]);
    }

    /// <inheritdoc/>
    public Task JoinAsync(CancellationToken cancellationToken = default) => CallAsync(Primitive, QueueVerb.Join, 0, null, cancellationToken);

    /// <inheritdoc/>
    public Task ShutdownAsync(bool immediate = false, CancellationToken cancellationToken = default) => CallAsync(Primitive, QueueVerb.ShutDown, immediate ? 1 : 0, null, cancellationToken);

    /// <inheritdoc/>
    public async Task<int> CountAsync(CancellationToken cancellationToken = default) => (int)(await CallAsync(Primitive, QueueVerb.Count, 0, null, cancellationToken)).Value;

    /// <inheritdoc/>
    public override string ToString() => Name is { } name ? $"{_settings.Kind} '{name}'" : $"an unnamed {_settings.Kind}";

    /// <summary>Lets one without a name go with the task or client that made it.</summary>
    private protected void BelongToRun()
    {
        if (!PrimitiveKey.IsNamed(_key)) ClusterPrimitives.Own(_loop!, _key, _settings, Grain);
    }

    private static IPrimitiveGrain Grain(IGrainFactory grains, string key) => grains.GetGrain<IQueueGrain>(key);

    private protected virtual object Write(T item) => QueueItems.Write(item, Priority, ClusterLoop.From(Loop).Tasks.Serializer, this);

    private protected virtual T Read(object payload) => QueueItems.Read<T>((byte[])payload, _settings, ClusterLoop.From(Loop).Tasks.Serializer, this);

    private static TakenItems Taken(Primitive primitive) => primitive.GetShared<TakenItems>();

    private static int Size(object payload) => payload is byte[] bytes ? bytes.Length : 0;

    private async Task<Answer> CallAsync(Primitive primitive, QueueVerb verb, long argument, IReadOnlyList<object>? items, CancellationToken cancellationToken) =>
        Check(await primitive.CallAsync(Loop, new PrimitiveCall((int)verb, argument, items, null), cancellationToken));

    private async Task<Portion> TakeAsync(QueueVerb verb, int max, CancellationToken cancellationToken)
    {
        var (primitive, call) = (Primitive, new PrimitiveCall((int)verb, Math.Min(max, MaxBatch), null, null) { OutlivesTask = true });
        var answer = Check(await primitive.CallAsync(Loop, call, cancellationToken));
        if (answer.Kind == AnswerKind.WouldWait) return new(primitive, call, []);
        try
        {
            return new(primitive, call, [.. answer.Items!.Select(Read)]);
        }
        catch
        {
            primitive.Withdraw(call);
            throw;
        }
    }

    private async IAsyncEnumerable<T> TakeAllAsync(int prefetch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Portion portion;
            try
            {
                portion = await TakeAsync(QueueVerb.Get, prefetch, cancellationToken);
            }
            catch (QueueShutDownException)
            {
                yield break;
            }
            var (primitive, call, items) = portion;
            var taken = Taken(primitive);
            var taking = taken.Add(call, items.Length, ClusterLoop.Current?.Root);
            try
            {
                for (var i = 0; i < items.Length; i++)
                {
                    yield return items[i];
                    // Unless the code in the loop has called TaskDone. Not awaited: the next call comes after it, and what goes wrong meets that, too.
                    if (taken.ReduceTo(taking, items.Length - i - 1) is { } part) _ = FinishAsync(primitive, part);
                }
            }
            finally
            {
                if (taken.ReduceTo(taking, 0) is not null) primitive.Withdraw(call);
            }
        }
    }

    /// <summary>Items that nobody takes back any more: they are the taker's until they are done, or for good.</summary>
    private void Own(Portion portion)
    {
        if (_settings.Redelivers) Taken(portion.Primitive).Add(portion.Call, portion.Items.Length, ClusterLoop.Current?.Root);
        else _ = EndAsync(portion.Primitive, new PrimitiveCall((int)QueueVerb.Keep, 0, null, portion.Call), portion.Call);
    }

    private async Task FinishAsync(Primitive primitive, DonePart part)
    {
        var done = new PrimitiveCall((int)(part.Call is null ? QueueVerb.DoneKept : QueueVerb.Done), part.Count, null, part.Call);
        var answer = part.Call is { IsLost: true } ? new Answer(AnswerKind.Lost) : await EndAsync(primitive, done, part.IsLast ? part.Call : null);
        // It is told once.
        if (answer.Kind == AnswerKind.Lost && part.Call is { } lost) Taken(primitive).Drop(lost);
        if (Check(answer).Kind == AnswerKind.Misuse) throw TooManyDone(part.Count);
    }

    /// <summary>Sends what ends a hold. The hold is told of until that is known to have arrived.</summary>
    private static async Task<Answer> EndAsync(Primitive primitive, PrimitiveCall call, PrimitiveCall? hold)
    {
        primitive.Send(call);
        var answer = await call.Answered;
        if (hold is not null) primitive.Forget(hold);
        return answer;
    }

    private InvalidOperationException TooManyDone(int count) =>
        new($"TaskDone({count}) of {this}: this process has not taken so many items that are not done.");

    private Answer Check(Answer answer) => answer.Kind switch
    {
        AnswerKind.ShutDown => throw new QueueShutDownException($"{this} was shut down."),
        AnswerKind.Lost => throw new QueueLostException(
            $"What this process had of {this} is gone: the queue was in the memory of a silo that was lost, or the process was not heard of for a lease time and its items were given to others."),
        AnswerKind.Deleted => throw new QueueLostException($"{this} was deleted."),
        _ => answer,
    };

    /// <summary>What one call took.</summary>
    private readonly record struct Portion(Primitive Primitive, PrimitiveCall Call, T[] Items)
    {
        public T[] Own(QueueHandle<T> queue)
        {
            if (Items.Length > 0) queue.Own(this);
            return Items;
        }
    }
}
