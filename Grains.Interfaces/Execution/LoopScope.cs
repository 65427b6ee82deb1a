using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Execution;

/// <summary>
/// The loop of a block that is no task, but is cancelled as one: of a timeout or a task group. A body may run several at once.
/// </summary>
/// <param name="waiter">Who waits for the block, and is cancelled when the block is to be; null if nobody is.</param>
/// <param name="loop">The loop it was opened on.</param>
/// <param name="kind">What it is the block of.</param>
internal class LoopScope(ClusterLoop? waiter, ClusterLoop loop, AwaitKind kind) : ClusterLoop(waiter ?? loop)
{
    private readonly ClusterLoop _enclosing = waiter ?? loop;

    public override TimeSpan? Remaining => _enclosing.Remaining;

    public override bool HasTimeLimit => _enclosing.HasTimeLimit;

    /// <summary>Whether the block reported something else than the cancel it got from outside, so that the code after it must still learn of that.</summary>
    protected internal bool HidesCancel { get; set; }

    /// <summary>Runs the block. A cancel from outside interrupts what it awaits, like one of its own.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> block)
    {
        var ended = new TaskCompletionSource<T>();
        // Before the block begins: a cancel that came while nothing was awaited goes to its first cancel point.
        var wait = waiter is null ? ended.Task : waiter.WaitAsync(ended.Task, new AwaitedBlock(this, kind, PassOnAsync).CancelAsync, WaitKind.Block);
        _ = RunBlockAsync();
        return await wait;

        async Task RunBlockAsync()
        {
            Current = this;
            try
            {
                ended.SetResult(await block());
            }
#pragma warning disable CA1031 // whatever a block throws is thrown by whoever waits for it
            catch (Exception e)
#pragma warning restore CA1031
            {
                ended.SetException(e);
            }
        }

        // It has come through if somebody in the block saw it.
        async Task<bool> PassOnAsync(string? message)
        {
            if (!Cancel(message)) return false;
            await ((Task)ended.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            return !HidesCancel && !HasUnseenCancel(out _);
        }
    }
}
