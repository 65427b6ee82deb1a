using System.Diagnostics;
using OrleansAsync.Execution;

namespace OrleansAsync.Testing;

/// <content>When time may move, and how far.</content>
public sealed partial class VirtualTimeCluster
{
    // How often work in the thread pool is waited for: it may be that of another test.
    private const int MaxPoolLooks = 40;

    // A turn that blocks, or a part that is gone.
    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(30);

    // One at a time moves the clock.
    private readonly SemaphoreSlim _driver = new(1);

    /// <summary>Waits until nothing goes on: every task waits for time or for another task, and no message is on its way.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">That took longer than <see cref="VirtualTimeOptions.Patience"/>; the message tells what goes on.</exception>
    /// <remarks>The code that calls this is not looked at, nor what runs outside the cluster and its clients.</remarks>
    public async Task SettleAsync(CancellationToken cancellationToken = default)
    {
        await _driver.WaitAsync(cancellationToken);
        try
        {
            await SettleAsync(null, cancellationToken);
        }
        finally
        {
            _driver.Release();
        }
    }

    /// <summary>Moves time: step by step to each sleep, timeout and lease that is due on the way, and at each waits until nothing goes on.</summary>
    /// <param name="time">How far; zero only settles.</param>
    /// <param name="cancellationToken">Stops on the way.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    /// <exception cref="TimeoutException">The cluster did not settle in <see cref="VirtualTimeOptions.Patience"/>; the message tells what goes on.</exception>
    public async Task AdvanceAsync(TimeSpan time, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        await _driver.WaitAsync(cancellationToken);
        try
        {
            var end = _time.GetUtcNow() + time;
            await SettleAsync(null, cancellationToken);
            while (_time.GetUtcNow() < end)
            {
                await StepAsync(end);
                await SettleAsync(null, cancellationToken);
            }
        }
        finally
        {
            _driver.Release();
        }
    }

    private async Task<TResult> DriveAsync<TResult>(Func<Task<TResult>> work, CancellationToken cancellationToken)
    {
        // In turns, so that it can be told when it waits.
        var run = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Client.Scheduler).Unwrap();
        for (var lastStep = Stopwatch.GetTimestamp(); !run.IsCompleted;)
        {
            await _driver.WaitAsync(cancellationToken);
            try
            {
                await SettleAsync(run, cancellationToken);
                if (run.IsCompleted) break;
                if (await StepAsync(null))
                {
                    lastStep = Stopwatch.GetTimestamp();
                    continue;
                }
            }
            finally
            {
                _driver.Release();
            }
            if (!_options.OutsideWorkHoldsTime && Stopwatch.GetElapsedTime(lastStep) < _options.Patience)
            {
                // Something outside may still come.
                await Task.Delay(1, cancellationToken);
                continue;
            }
            throw new InvalidOperationException($"The run cannot go on: everything waits, and nothing is due. Waiting: {_time.DescribeWaits()}.");
        }
        return await run;
    }

    private async Task SettleAsync(Task? run, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        string? held = null;
        for (var looks = 0; run is not { IsCompleted: true }; looks++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var changes = _calls.Changes;
            // Twice, with no call between: whatever one part could have set off in another, after that was looked at, is seen.
            var activity = await FindActivityAsync() ?? (looks < MaxPoolLooks && ThreadPool.PendingWorkItemCount > 0 ? "the thread pool has work" : await FindActivityAsync());
            if (activity is null && _calls.AreWaiting && _calls.Changes == changes) return;
            // What is there at each look holds time longer than what passes.
            if (activity?.StartsWith("task", StringComparison.Ordinal) ?? false) held = activity;
            if (Stopwatch.GetElapsedTime(start) > _options.Patience)
            {
                throw new TimeoutException($"The cluster did not settle in {_options.Patience}: {held ?? activity ?? $"calls go to and fro: {_calls.Describe()}"}.");
            }
            if (looks > 20) await Task.Delay(1, cancellationToken);
        }
    }

    private async Task<string?> FindActivityAsync()
    {
        // Behind what the thread pool has to run now: libraries complete some waits there.
        var fence = new TaskCompletionSource();
        ThreadPool.UnsafeQueueUserWorkItem(static fence => fence.SetResult(), fence, preferLocal: false);
        await fence.Task;
        if (!_calls.AreWaiting) return $"calls are out: {_calls.Describe()}";
        var found = await OnTurnsAsync(part => Turns.AreLeft(part.Scheduler) ? "turns are left to run" : part.FindActivity(_time));
        return Array.Find(found, activity => activity is not null);
    }

    /// <summary>Moves time to what is due next, or to the end; false if there is neither.</summary>
    private async Task<bool> StepAsync(DateTimeOffset? end)
    {
        var now = _time.GetUtcNow();
        var leases = _silent.IsEmpty ? [] : await OnTurnsAsync(part => part.UntilLeaseEnds(IsSilent));
        var lease = leases.Min() is { } left ? now + left : default(DateTimeOffset?);
        if (new[] { _time.NextDue, lease, end }.Min() is not { } next) return false;
        await OnTurnsAsync(part =>
        {
            part.RenewLeases(IsSilent, next - now);
            return true;
        });
        _time.MoveTo(next);
        if (lease == next)
        {
            await OnTurnsAsync(part =>
            {
                part.EndLeases();
                return true;
            });
        }
        return true;
    }

    private bool IsSilent(string sender) => _silent.ContainsKey(sender.Split('#')[0]);

    private Task<T[]> OnTurnsAsync<T>(Func<IVirtualTimePart, T> look) => Task.WhenAll(_time.Parts.Select(part =>
        Task.Factory.StartNew(() => look(part), CancellationToken.None, TaskCreationOptions.DenyChildAttach, part.Scheduler))).WaitAsync(TurnLimit);
}
