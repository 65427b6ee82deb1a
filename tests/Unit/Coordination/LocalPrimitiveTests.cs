using CsCheck;
using OrleansAsync.Coordination;
using OrleansAsync.Execution;
using OrleansAsync.Tests.Unit.Execution;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>Local forms within one task of a loop, turn by turn: what only asyncio's single thread can promise.</summary>
public sealed class LocalPrimitiveTests
{
    private readonly ClusterLoop _loop = new(null!, "c1", 1, 0);
    private readonly Turns _turns = new();

    [Fact]
    public void What_is_free_is_taken_without_a_suspension()
    {
        Assert.True(_loop.LocalLock().AcquireAsync().IsCompletedSuccessfully);
        Assert.True(_loop.LocalSemaphore(1).AcquireAsync().IsCompletedSuccessfully);
        Assert.True(_loop.LocalBarrier(1).WaitAsync().IsCompletedSuccessfully);
        var theEvent = _loop.LocalEvent();
        Assert.True(theEvent.SetAsync().IsCompletedSuccessfully && theEvent.WaitAsync().IsCompletedSuccessfully);
        var condition = _loop.LocalCondition();
        Assert.True(condition.AcquireAsync().IsCompletedSuccessfully && condition.NotifyAllAsync().IsCompletedSuccessfully && condition.ReleaseAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public void A_pending_cancel_waits_for_the_next_suspension()
    {
        var (theLock, trace) = (_loop.LocalLock(), new List<string>());
        _turns.Do(() => _ = RunAsync());
        Assert.Equal(["took it", "cancelled: enough"], trace);

        async Task RunAsync()
        {
            _loop.Cancel("enough");
            await using (await theLock.AcquireAsync()) trace.Add("took it");
            await theLock.AcquireAsync();
            try
            {
                await theLock.AcquireAsync();
            }
            catch (ClusterTaskCanceledException e)
            {
                trace.Add($"cancelled: {e.CancelMessage}");
            }
        }
    }

    [Fact]
    [CPython("test_locks.py::SemaphoreTests.test_acquire_fifo_order")]
    public void Who_releases_and_acquires_again_goes_to_the_end_of_the_line()
    {
        var (semaphore, order) = (_loop.LocalSemaphore(1), new List<string>());
        _turns.Do(() =>
        {
            foreach (var name in (string[])["a", "b", "c"]) _ = TwiceAsync(name);
        });
        _turns.RunAll();
        Assert.Equal(["a1", "b1", "c1", "a2", "b2", "c2"], order);

        async Task TwiceAsync(string name)
        {
            for (var i = 1; i <= 2; i++)
            {
                await using (await semaphore.AcquireAsync())
                {
                    order.Add($"{name}{i}");
                    await Task.Yield();
                }
            }
        }
    }

    [Fact]
    [CPython("test_locks.py::SemaphoreTests.test_acquire_hang")]
    public void A_waiter_cancelled_in_the_turn_in_which_it_is_woken_passes_the_permit_on()
    {
        var (semaphore, got) = (_loop.LocalSemaphore(0), new List<int>());
        using var giveUp = new CancellationTokenSource();
        Task<Lease> first = null!;
        _turns.Do(() =>
        {
            first = semaphore.AcquireAsync(giveUp.Token);
            _ = NextAsync();
        });
        _turns.Do(() =>
        {
            giveUp.Cancel();
            _ = semaphore.ReleaseAsync();
        });
        _turns.RunAll();
        Assert.True(first.IsCanceled);
        Assert.Equal([0], got);

        async Task NextAsync() => got.Add((int)(await semaphore.AcquireAsync()).Slot);
    }

    [Fact]
    [CPython("test_locks.py::ConditionTests.test_wait_cancel_contested")]
    [CPython("test_locks.py::ConditionTests.test_cancelled_error_re_aquire")]
    public void Several_cancels_while_the_lock_is_taken_again_are_one_the_last()
    {
        var (theLock, trace) = (_loop.LocalLock(), new List<string>());
        var condition = _loop.LocalCondition(theLock);
        Lease other = null!;
        _turns.Do(() => _ = RunAsync());
        // Another one, on a loop of its own that nobody cancels.
        _turns.Do(() => other = theLock.AcquireAsync().Result);
        foreach (var message in (string[])["one", "two", "three"])
        {
            _turns.Do(() => Assert.True(_loop.Cancel(message)));
            _turns.RunAll();
            Assert.Empty(trace);
        }
        _turns.Do(() => _ = other.DisposeAsync());
        _turns.RunAll();
        Assert.Equal(["three", "True", "goes on"], trace);

        async Task RunAsync()
        {
            await using var lease = await condition.AcquireAsync();
            try
            {
                await condition.WaitAsync();
            }
            catch (ClusterTaskCanceledException e)
            {
                trace.Add(e.CancelMessage!);
            }
            trace.Add($"{await theLock.LockedAsync()}");
            // Nothing is left to be delivered.
            await _loop.WaitAsync(_ => Task.FromResult(1));
            trace.Add("goes on");
        }
    }

    [Fact]
    [CPython("test_locks.py::ConditionTests.test_cancelled_error_wakeup")]
    public void A_cancel_comes_out_of_a_wait_as_it_went_in()
    {
        var (condition, trace) = (_loop.LocalCondition(), new List<string>());
        _turns.Do(() => _ = RunAsync());
        _turns.Do(() => _loop.Cancel("my message"));
        _turns.RunAll();
        Assert.Equal(["my message", "True"], trace);

        async Task RunAsync()
        {
            await condition.AcquireAsync();
            trace.Add((await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => condition.WaitAsync())).CancelMessage!);
            trace.Add($"{await condition.LockedAsync()}");
        }
    }

    [Fact]
    public void Releases_count_as_in_asyncio_whichever_way_they_are_made() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2].Array[0, 30], Gen.Int[0, 100]).Sample(
        (permits, events, seed) =>
        {
            var (semaphore, value) = (_loop.LocalSemaphore(permits), permits);
            var leases = new List<Lease>();
            foreach (var (what, i) in events.Select((what, i) => (what, i + seed)))
            {
                switch (what)
                {
                    case 0 when semaphore.TryAcquireAsync().Result is { } lease:
                        leases.Add(lease);
                        value--;
                        break;
                    case 1:
                        Assert.True(semaphore.ReleaseAsync().IsCompletedSuccessfully);
                        value++;
                        break;
                    case 2 when leases.Count > 0:
                        var ended = leases[i % leases.Count];
                        leases.Remove(ended);
                        Assert.True(ended.DisposeAsync().IsCompletedSuccessfully && ended.DisposeAsync().IsCompletedSuccessfully);
                        value++;
                        break;
                }
                Assert.Equal(value == 0, semaphore.LockedAsync().Result);
            }
            for (; value > 0; value--) Assert.NotNull(semaphore.TryAcquireAsync().Result);
            Assert.Null(semaphore.TryAcquireAsync().Result);
        });

    [Fact]
    public void A_condition_needs_a_lock_of_its_own_kind()
    {
        Assert.Throws<ArgumentException>(() => _loop.LocalCondition(_loop.LocalCondition()));
        Assert.Throws<ArgumentNullException>(() => _loop.LocalCondition(null!));
    }

    [Fact]
    public async Task They_work_on_a_loop_of_a_users_own()
    {
        var (theLock, order) = (new FakeLoopOfAUser().LocalLock(), new List<int>());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await using (await theLock.AcquireAsync())
            {
                order.Add(i);
                await Task.Yield();
            }
        })).Soon();
        Assert.Equal(20, order.Count);
    }

    private sealed class FakeLoopOfAUser : IClusterLoop
    {
        public string? TaskId => null;

        public int Attempt => 0;

        public CancellationToken CancellationToken => default;

        public IGrainFactory Grains => throw new NotSupportedException();

        public TimeProvider Time => TimeProvider.System;
    }
}
