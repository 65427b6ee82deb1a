using System.Runtime.ExceptionServices;
using OrleansAsync.Execution;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <summary>Tasks that belong together: made by <c>loop.TaskGroupAsync</c>, which waits for all of them.</summary>
/// <remarks>
/// <para><b>asyncio:</b> <c>asyncio.TaskGroup</c>. As its block is a delegate, it cannot be used before it is entered, nor entered twice.</para>
/// <para><b>Cluster:</b> safe to use from any thread in a client, and within the turns of its loop in a body. It forgets each task as it ends, so a
/// group may live as long as it likes.</para>
/// </remarks>
public sealed class ClusterTaskGroup : ITaskObserver, IAwaited
{
    private readonly Lock _gate = new();
    private readonly LoopScope _scope;
    private readonly HashSet<OwnedTask> _children = [];
    private readonly List<Exception> _errors = [];
    private TaskCompletionSource? _empty;

    // Set once the group cancels its block; completes when it has.
    private TaskCompletionSource? _cancelling;
    private bool _isAborting;
    private bool _hasEnded;

    internal ClusterTaskGroup(LoopScope scope) => _scope = scope;

    /// <summary>How many tasks have not ended.</summary>
    internal int Unfinished
    {
        get
        {
            lock (_gate) return _children.Count;
        }
    }

    AwaitKind IAwaited.Kind => AwaitKind.Group;

    IReadOnlyCollection<OwnedTask> IAwaited.Tasks
    {
        get
        {
            lock (_gate) return [.. _children];
        }
    }

    /// <summary>Starts a coroutine as a task of the group and returns its handle, to await it within the block or afterwards.</summary>
    /// <param name="coroutine">The call to run.</param>
    /// <param name="options">Its name, and what becomes of it when its silo is lost.</param>
    /// <exception cref="InvalidOperationException">The group has ended, or is shutting down after a failure or cancellation.</exception>
    /// <remarks><b>asyncio:</b> <c>TaskGroup.create_task</c>. Also while the group waits for its tasks: it then waits for this one, too.</remarks>
    public ClusterTask<TResult> CreateTask<TResult>(Coroutine<TResult> coroutine, TaskOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(coroutine);
        return Add(new ClusterTask<TResult>(_scope, coroutine, options));
    }

    /// <inheritdoc cref="CreateTask{TResult}"/>
    public ClusterTask CreateTask(Coroutine coroutine, TaskOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(coroutine);
        return Add(new ClusterTaskWithoutResult(_scope, coroutine, options));
    }

    /// <summary>Starts a coroutine as a task of the group, where nobody needs its handle.</summary>
    /// <inheritdoc cref="CreateTask{TResult}"/>
    public void Start(Coroutine coroutine, TaskOptions? options = null) => _ = CreateTask(coroutine, options);

    /// <summary>Ends the group early and without an error: its tasks and its block are cancelled. Does nothing the second time, or when the group has ended.</summary>
    /// <remarks>
    /// <b>asyncio:</b> <c>TaskGroup.cancel()</c>, as of Python 3.15. The block is interrupted at its next cancel point; what tasks report in their
    /// cleanup is still thrown as <see cref="TaskGroupException"/>, and a cancel from outside is still a cancel.
    /// </remarks>
    public void Cancel()
    {
        if (Abort(cancelsBlock: true)) CancelBlock();
    }

    void ITaskObserver.OnEnded(OwnedTask task)
    {
        var error = task.IsCanceled ? null : task.RetrieveError();
        if (error is not null)
        {
            lock (_gate) _errors.Add(error);
            if (Abort(cancelsBlock: true))
            {
                // Not here, where no code of users may run.
                _scope.Tasks.Start(() =>
                {
                    CancelBlock();
                    return Task.CompletedTask;
                });
            }
        }
        TaskCompletionSource? empty = null;
        lock (_gate)
        {
            _children.Remove(task);
            if (_children.Count == 0) (empty, _empty) = (_empty, null);
        }
        empty?.SetResult();
    }

    /// <summary>Runs the block and waits for the tasks.</summary>
    internal Task<T> RunAsync<T>(Func<ClusterTaskGroup, Task<T>> body, bool needsResult) => _scope.RunAsync(async () =>
    {
        T? result = default;
        OperationCanceledException? canceled = null;
        Exception? failure = null;
        var hasResult = false;
        try
        {
            result = await body(this);
            hasResult = true;
        }
        catch (OperationCanceledException e)
        {
            canceled = e;
        }
#pragma warning disable CA1031 // whatever the block throws is one of the group's errors
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }
        var interrupted = canceled;
        if (canceled is not null || failure is not null) Abort(cancelsBlock: false);
        while (NotEmpty() is { } empty)
        {
            try
            {
                await _scope.WaitAsync(token => WithTokenAsync(empty, token), this);
            }
            catch (OperationCanceledException e)
            {
                canceled ??= e;
                Abort(cancelsBlock: false);
            }
        }
        if (_cancelling is not null) await _cancelling.Task;
        _scope.End();
        // The group's own cancel is taken back; what is left came from outside. Without one of its own it may have come from a task, too.
        var outside = _cancelling is null ? _scope.Cancelling : _scope.Uncancel();
        if (_cancelling is not null && outside == 0) canceled = null;
        // Whoever awaits a failed task in the block gets the very exception the group has already.
        if (failure is not null && !_errors.Contains(failure)) _errors.Add(failure);
        if (_errors.Count > 0)
        {
            _scope.HidesCancel = outside > 0;
            throw new TaskGroupException(_errors);
        }
        if (canceled is not null) ExceptionDispatchInfo.Throw(canceled);
        if (needsResult && !hasResult) ExceptionDispatchInfo.Throw(interrupted!);
        return result!;
    });

    private static async Task<bool> WithTokenAsync(Task task, CancellationToken cancellationToken)
    {
        await task.WaitAsync(cancellationToken);
        return true;
    }

    private TTask Add<TTask>(TTask task) where TTask : ClusterTask
    {
        lock (_gate)
        {
            if (_hasEnded) throw new InvalidOperationException("The task group has ended: start its tasks in its block, or while others of its tasks are running.");
            if (_isAborting) throw new InvalidOperationException("The task group is shutting down, as it failed or was cancelled: it starts no more tasks.");
            _children.Add(task);
        }
        task.Observe(this);
        try
        {
            _scope.Submit(task);
        }
        catch
        {
            task.Cancel(null);
            throw;
        }
        return task;
    }

    /// <summary>Waits until no task is left; null, and the group has ended, if that is so.</summary>
    private Task? NotEmpty()
    {
        lock (_gate)
        {
            if (_children.Count > 0) return (_empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            _hasEnded = true;
            return null;
        }
    }

    private void CancelBlock()
    {
        _scope.Cancel(null);
        _cancelling!.SetResult();
    }

    /// <summary>Cancels all tasks, once; tells whether the block is to be cancelled, too.</summary>
    private bool Abort(bool cancelsBlock)
    {
        OwnedTask[] children;
        lock (_gate)
        {
            if (_isAborting || _hasEnded) return false;
            _isAborting = true;
            if (cancelsBlock) _cancelling = new(TaskCreationOptions.RunContinuationsAsynchronously);
            children = [.. _children];
        }
        foreach (var child in children) _ = child.RequestCancelAsync(null);
        return cancelsBlock;
    }
}
