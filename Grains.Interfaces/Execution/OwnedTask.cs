using System.Buffers;
using System.ComponentModel;
using Orleans.Serialization;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <summary>A task as its owner holds it: the coroutine until the outcome has arrived, then the outcome.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class OwnedTask : IAwaited
{
    private static readonly object Ended = new();
    private static readonly Task<bool> InTime = Task.FromResult(true);
    private static readonly Task<bool> TooLate = Task.FromResult(false);

    // Set in the state by whoever ends the task: an outcome, a cancel and a lost loop may come from different threads.
    private const int Ending = 1 << 8;

    // null, one observer, a list of them, or Ended. A million tasks pay for one field.
    private object? _observers;
    private volatile int _state;

    // The exception or cancellation it ended with; an exception that nobody has seen yet is an UnretrievedError.
    private object? _error;
    private volatile ushort _cancelling;

    private protected OwnedTask(ClusterLoop owner, Coroutine coroutine, TaskOptions? options)
        : this(owner, owner.NextNumber(), TaskContext.Capture(owner, options))
    {
        Coroutine = coroutine;
        CoroutineWatch.OnStarted(coroutine);
    }

    private protected OwnedTask(ClusterLoop owner, long number, TaskOptions? options) => (Owner, Number, Options) = (owner, number, options ?? TaskOptions.Default);

    /// <summary>Gets the task's id, unique in the cluster.</summary>
    public string Id => OwnerIds.Task(Owner.OwnerId, Number);

    /// <summary>Gets the task's name.</summary>
    public string Name => Options.Name ?? $"Task-{Number}";

    /// <summary>Gets the task's state.</summary>
    public TaskState State => (TaskState)(_state & ~Ending);

    /// <summary>Gets whether the task has ended, by result, exception or cancellation.</summary>
    public bool IsCompleted => State >= TaskState.Done;

    /// <summary>Gets whether the task ended by cancellation.</summary>
    public bool IsCanceled => State == TaskState.Canceled;

    /// <summary>Gets how often the task was started again, because its silo was lost or shut down.</summary>
    public int Attempt { get; internal set; }

    /// <summary>Gets how many cancels were requested through this handle: asyncio's <c>Task.cancelling()</c>. What the body takes back shows only there.</summary>
    public int Cancelling => _cancelling;

    internal ClusterLoop Owner { get; }
    internal long Number { get; }
    internal Coroutine? Coroutine { get; }
    internal TaskOptions Options { get; }

    /// <summary>Where it was submitted to; null until then.</summary>
    internal TaskPlace? Channel { get; private set; }

    /// <summary>How often its silo was lost, which <see cref="TaskOptions.MaxRestarts"/> limits. A silo that shuts down hands it back, which does not count.</summary>
    internal int Losses { get; set; }

    internal long Serial { get; set; }

    /// <summary>Where it is, for whoever follows waits.</summary>
    internal AwaitedTask ToAwaited() => new(Id, Channel?.Key, Channel?.Sender, Serial);

    AwaitKind IAwaited.Kind => AwaitKind.Await;

    IReadOnlyCollection<OwnedTask> IAwaited.Tasks => [this];

    bool IAwaited.AreAllOf(ClusterLoop waiter) => Owner.Root == waiter;

    internal bool LeftRunning { get; set; }

    /// <summary>The exception or cancellation it ended with. Looking at it here does not count as retrieving it.</summary>
    internal Exception? Error => _error is UnretrievedError unretrieved ? unretrieved.Exception : (Exception?)_error;

    // The outcome may arrive before the answer to the submission does.
    internal void MarkRunning() => Interlocked.CompareExchange(ref _state, (int)TaskState.Running, (int)TaskState.Pending);

    /// <summary>Writes the coroutine into a batch.</summary>
    internal virtual void WriteCoroutine(Serializer serializer, IBufferWriter<byte> writer) => serializer.Serialize(Coroutine, writer);

    /// <summary>Ends the task with what its loop reported.</summary>
    internal virtual void Complete(OutcomeKind kind, ReadOnlySpan<byte> payload, Serializer serializer)
    {
        // Nobody sees a second outcome, whatever it is.
        if (IsCompleted) return;
        try
        {
            switch (kind)
            {
                case OutcomeKind.Succeeded:
                    SetResult(payload, serializer);
                    Succeed();
                    break;
                case OutcomeKind.Canceled:
                    Cancel(serializer.Deserialize<string?>(payload));
                    break;
                default:
                    var error = serializer.Deserialize<TaskFailure>(payload)!.ToException(serializer);
                    // What the silo does not know about a coroutine, its sender does.
                    Fail(error is UnknownCoroutineException ? new UnknownCoroutineException($"{error.Message} Here it is {Versions.Describe(Coroutine!.GetType())}.", error) : error);
                    break;
            }
        }
#pragma warning disable CA1031 // whatever a codec throws: one unreadable outcome is the failure of its task, not of the channel
        catch (Exception e) when (!IsCompleted)
#pragma warning restore CA1031
        {
            Fail(new UnserializableException($"Task {Id} ({Coroutine!.GetType()}) has ended, but what it returned cannot be read here: {e.Message}", e));
        }
    }

    /// <summary>The exception or cancellation it ended with, for somebody who can see it.</summary>
    internal Exception? RetrieveError() => _error is UnretrievedError unretrieved ? unretrieved.Retrieve() : (Exception?)_error;

    /// <summary>What logs call it: id, name, coroutine and, in debug mode, where it was created.</summary>
    internal string Describe() => $"{Id} ({Name}, {Coroutine?.GetType().Name ?? "detached"}){(Options.Context?.CreatedAt is { } stack ? $" created at{Environment.NewLine}{stack}" : "")}";

    /// <summary>Requests a cancel; tells whether it was in time.</summary>
    internal Task<bool> RequestCancelAsync(string? message)
    {
        if (IsCompleted) return TooLate;
        lock (this) _cancelling++;
        return SendCancelAsync(message);
    }

    /// <summary>Sends a request that was counted to wherever the task is.</summary>
    internal Task<bool> SendCancelAsync(string? message)
    {
        while (!IsCompleted)
        {
            if (Channel is { } channel)
            {
                if (channel.CancelAsync(this, message) is { } request) return request;
            }
            else if (TryCancelAt(null, message)) return InTime;
        }
        return TooLate;
    }

    /// <summary>Gives the task to a channel, unless it has ended.</summary>
    internal bool TryPlace(TaskPlace channel)
    {
        lock (this)
        {
            if (IsCompleted) return false;
            (Channel, Serial) = (channel, 0);
            return true;
        }
    }

    /// <summary>Ends a task that runs nowhere; false if it has moved to another channel meanwhile, where it may run.</summary>
    internal bool TryCancelAt(TaskPlace? channel, string? message)
    {
        lock (this)
        {
            if (Channel != channel) return false;
            Cancel(message);
            return true;
        }
    }

    internal void Succeed() => End(TaskState.Done, null);

    internal void Fail(Exception error) => End(TaskState.Done, new UnretrievedError(this, error));

    internal void Cancel(string? message) => End(TaskState.Canceled, new ClusterTaskCanceledException(message));

    /// <summary>Registers who is told, synchronously, when the task ends; at once if it has.</summary>
    internal void Observe(ITaskObserver observer)
    {
        while (true)
        {
            var current = Volatile.Read(ref _observers);
            if (current == Ended)
            {
                observer.OnEnded(this);
                return;
            }
            if (current is List<ITaskObserver> list)
            {
                lock (list)
                {
                    if (Volatile.Read(ref _observers) == current)
                    {
                        list.Add(observer);
                        return;
                    }
                }
            }
            else
            {
                object next = current is ITaskObserver first ? new List<ITaskObserver> { first, observer } : observer;
                if (Interlocked.CompareExchange(ref _observers, next, current) == current) return;
            }
        }
    }

    /// <summary>Takes back one <see cref="Observe"/>: whoever waited does not wait any more. It may be told at the same time.</summary>
    internal void Forget(ITaskObserver observer)
    {
        while (Volatile.Read(ref _observers) is { } current && current != Ended)
        {
            if (current is List<ITaskObserver> list)
            {
                lock (list)
                {
                    if (Volatile.Read(ref _observers) != current) continue;
                    list.Remove(observer);
                    return;
                }
            }
            if (current != observer || Interlocked.CompareExchange(ref _observers, null, current) == current) return;
        }
    }

    private protected abstract void SetResult(ReadOnlySpan<byte> payload, Serializer serializer);

    private void End(TaskState state, object? error)
    {
        if ((Interlocked.Or(ref _state, Ending) & Ending) != 0)
        {
            if (error is UnretrievedError late) late.Retrieve();
            return;
        }
        _error = error;
        _state = (int)state | Ending;
        Owner.OnChildEnded(this);
        var observers = Volatile.Read(ref _observers);
        while (true)
        {
            if (observers is List<ITaskObserver> list)
            {
                lock (list) Volatile.Write(ref _observers, Ended);
                foreach (var observer in list) observer.OnEnded(this);
                return;
            }
            var seen = Interlocked.CompareExchange(ref _observers, Ended, observers);
            if (seen == observers)
            {
                (observers as ITaskObserver)?.OnEnded(this);
                return;
            }
            observers = seen;
        }
    }
}

/// <summary>Is told when a task ends. Called on the thread that received the outcome: it must be quick and must not run users' code.</summary>
internal interface ITaskObserver
{
    void OnEnded(OwnedTask task);
}
