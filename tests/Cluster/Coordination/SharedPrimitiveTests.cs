using OrleansAsync.Coordination;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Coordination;

/// <summary>Primitives of the cluster, used by several processes at once: the client, services of both silos, tasks of all loops.</summary>
public sealed class SharedPrimitiveTests(ClusterFixture cluster) : CoordinationTest(cluster)
{
    private readonly string _name = $"{Guid.NewGuid():N}";

    private IClusterLoop[] Processes => [Client, Loop(0), Loop(1)];

    [Fact]
    public async Task All_who_use_a_name_share_one_lock_and_its_numbers_rise_through_all()
    {
        var (inside, count, last) = (0, 0, 0L);
        await Task.WhenAll(Processes.SelectMany(process => Enumerable.Range(0, 4).Select(_ => WorkAsync(process.Lock(_name))))).Soon();
        Assert.Equal(3 * 4 * 20, count);

        async Task WorkAsync(ClusterLock theLock)
        {
            for (var i = 0; i < 20; i++)
            {
                await using var lease = await theLock.AcquireAsync();
                Assert.Equal(1, Interlocked.Increment(ref inside));
                Assert.True(lease.FencingNumber > last);
                (count, last) = (count + 1, lease.FencingNumber);
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            }
        }
    }

    [Fact]
    public async Task No_slot_of_a_semaphore_has_two_holders()
    {
        const int Permits = 3;
        var holders = new int[Permits];
        var fences = new long[Permits];
        await Task.WhenAll(Processes.SelectMany(process => Enumerable.Range(0, 4).Select(_ => WorkAsync(process.Semaphore(_name, Permits))))).Soon();

        async Task WorkAsync(ClusterSemaphore semaphore)
        {
            for (var i = 0; i < 20; i++)
            {
                await using var lease = await semaphore.AcquireAsync();
                Assert.Equal(1, Interlocked.Increment(ref holders[lease.Slot]));
                Assert.True(lease.FencingNumber > fences[lease.Slot]);
                fences[lease.Slot] = lease.FencingNumber;
                await Task.Yield();
                Interlocked.Decrement(ref holders[lease.Slot]);
            }
        }
    }

    [Fact]
    public async Task Another_number_for_a_name_is_an_error_that_names_both()
    {
        await using var lease = await Client.Semaphore(_name, permits: 3).AcquireAsync().Soon();
        foreach (var process in Processes)
        {
            var number = await Assert.ThrowsAsync<InvalidOperationException>(() => process.Semaphore(_name, permits: 5).AcquireAsync().Soon());
            Assert.Contains("a semaphore with 3 permits", number.Message, StringComparison.Ordinal);
            Assert.Contains("a semaphore with 5 permits", number.Message, StringComparison.Ordinal);
            var bound = await Assert.ThrowsAsync<InvalidOperationException>(() => process.BoundedSemaphore(_name, permits: 3).AcquireAsync().Soon());
            Assert.Contains("a bounded semaphore with 3 permits", bound.Message, StringComparison.Ordinal);
        }
        // Who was refused may go on with what is right.
        await using (await Loop(0).Semaphore(_name, permits: 3).AcquireAsync().Soon()) Assert.False(await Client.Semaphore(_name, permits: 3).LockedAsync().Soon());
    }

    [Fact]
    public async Task One_name_is_that_of_one_primitive_of_each_kind()
    {
        await using var lease = await Client.Lock(_name).AcquireAsync().Soon();
        await using var permit = await Client.Semaphore(_name).AcquireAsync().Soon();
        await Client.Event(_name).SetAsync().Soon();
        Assert.Equal(0, await Client.Barrier(_name, 1).WaitAsync().Soon());
        // But a condition is one of the lock that has its name.
        Assert.True(await Client.Condition(_name).LockedAsync().Soon());
    }

    [Fact]
    public async Task What_has_no_name_is_new_each_time()
    {
        await using var one = await Client.Lock().AcquireAsync().Soon();
        await using var two = await Client.Lock().AcquireAsync().Soon();
        var unnamed = Client.Lock();
        Assert.Null(unnamed.Name);
        Assert.Equal("The lock", $"{unnamed}");
    }

    [Fact]
    public async Task A_handle_is_its_readers_wherever_it_travels()
    {
        var (theLock, count) = (Client.Lock(), 0);
        var order = new List<long>();
        await Client.GatherAsync(Enumerable.Range(0, 20).Select(_ => new Guarded(theLock, Inline.Int(_ =>
        {
            // Nobody else is here.
            order.Add(count++);
            return Task.FromResult(1);
        })))).Soon();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), order);
    }

    [Fact]
    public async Task Setting_an_event_wakes_tasks_on_all_silos()
    {
        var (theEvent, waiting) = (Client.Event(), new CountdownEvent(8));
        var tasks = Enumerable.Range(0, 8).Select(_ => Client.CreateTask(Inline.Text(async loop =>
        {
            var wait = theEvent.WaitAsync();
            await theEvent.IsSetAsync();
            waiting.Signal();
            await wait;
            return loop.CurrentTask!.Id;
        }))).ToArray();
        await Patience.Until(() => waiting.IsSet);
        Assert.DoesNotContain(tasks, task => task.IsCompleted);
        await theEvent.SetAsync().Soon();
        foreach (var task in tasks) await task.AsTask().Soon();
    }

    [Fact]
    public async Task Producers_and_consumers_in_several_processes_share_a_lock_and_two_conditions()
    {
        const int Items = 30;
        var buffer = new Queue<int>();
        var got = new List<int>();
        var producing = Task.WhenAll(Processes.Select((process, i) => ProduceAsync(process, i)));
        await Task.WhenAll(Processes.Select(ConsumeAsync).Append(producing)).Soon();
        Assert.Equal(Enumerable.Range(0, 3 * Items), got.Order());

        (ClusterLock Lock, ClusterCondition Filled, ClusterCondition Emptied) Handles(IClusterLoop loop)
        {
            var theLock = loop.Lock(_name);
            return (theLock, loop.Condition(theLock, "filled"), loop.Condition(theLock, "emptied"));
        }

        async Task ProduceAsync(IClusterLoop loop, int producer)
        {
            var (theLock, filled, emptied) = Handles(loop);
            for (var i = 0; i < Items; i++)
            {
                await using var lease = await theLock.AcquireAsync();
                await emptied.WaitForAsync(() => buffer.Count < 3);
                buffer.Enqueue((producer * Items) + i);
                await filled.NotifyAsync();
            }
        }

        async Task ConsumeAsync(IClusterLoop loop)
        {
            var (theLock, filled, emptied) = Handles(loop);
            for (var i = 0; i < Items; i++)
            {
                await using var lease = await theLock.AcquireAsync();
                await filled.WaitForAsync(() => buffer.Count > 0);
                got.Add(buffer.Dequeue());
                await emptied.NotifyAsync();
            }
        }
    }

    [Fact]
    public async Task What_a_task_holds_when_it_ends_is_released()
    {
        var theLock = Client.Lock(_name);
        await Client.CreateTask(Inline.Do(_ => theLock.AcquireAsync())).AsTask().Soon();
        await ComesFreeAsync(theLock).Soon();
    }
}

[GenerateSerializer, Immutable, Alias("oa.tests.guarded")]
internal sealed record Guarded([property: Id(0)] ClusterLock Lock, [property: Id(1)] Coroutine<int> Work) : Coroutine<int>;

internal sealed class GuardedBody : CoroutineBody<Guarded, int>
{
    protected override async Task<int> RunAsync(Guarded coroutine, IClusterLoop loop)
    {
        await using (await coroutine.Lock.AcquireAsync()) return await loop.CreateTask(coroutine.Work);
    }
}
