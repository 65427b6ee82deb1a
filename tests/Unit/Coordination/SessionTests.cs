using CsCheck;
using Microsoft.Extensions.Time.Testing;
using OrleansAsync.Coordination;
using OrleansAsync.Coordination.Protocol;
using OrleansAsync.Tests.Unit.Execution;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>Sessions with a primitive: messages that get lost or come twice, activations that get lost, processes that fall silent.</summary>
public sealed class SessionTests
{
    private static readonly SemaphoreSettings Lock = new(1, IsBounded: true);

    [Fact]
    public async Task A_hold_is_handed_over_in_the_order_of_asking()
    {
        await using var cluster = new FakeCluster(loops: 0);
        using var primitive = new FakePrimitive(cluster, Lock);
        var (first, second) = (primitive.Connect(cluster.NewClient()), primitive.Connect(cluster.NewClient()));
        var held = await AcquireAsync(first);
        var next = Acquire(second);
        // Of two processes, the first to be heard is the first to have asked.
        await Patience.Until(() => primitive.LookAsync(host => host.Sessions.Sum(session => session.Live.Count) == 2));
        var last = Acquire(first);
        await Patience.Until(() => primitive.LookAsync(host => host.Sessions.Sum(session => session.Live.Count) == 3));
        first.Withdraw(held);
        Assert.Equal(AnswerKind.Ok, (await next.Answered.Soon()).Kind);
        Assert.False(last.Answered.IsCompleted);
        second.Withdraw(next);
        Assert.True((await last.Answered.Soon()).Fence > (await next.Answered).Fence);
    }

    [Fact]
    public async Task A_hold_survives_the_loss_of_the_activation_and_nobody_else_gets_it_meanwhile()
    {
        await using var cluster = new FakeCluster(loops: 0);
        using var primitive = new FakePrimitive(cluster, Lock);
        var (first, second) = (primitive.Connect(cluster.NewClient()), primitive.Connect(cluster.NewClient()));
        var held = await AcquireAsync(first);
        var next = Acquire(second);
        await primitive.LoseAsync();
        await Patience.Until(() => primitive.LookAsync(host => host.Epoch == 2 && !host.IsRecovering));
        Assert.False(held.IsLost);
        Assert.Equal([held], first.Holds);
        Assert.False(next.Answered.IsCompleted);
        first.Withdraw(held);
        Assert.True((await next.Answered.Soon()).Fence > (await held.Answered).Fence);
    }

    [Fact]
    public async Task An_activation_that_leaves_in_good_order_costs_no_lease_time()
    {
        await using var cluster = new FakeCluster(loops: 0);
        using var primitive = new FakePrimitive(cluster, Lock);
        var (first, second) = (primitive.Connect(cluster.NewClient()), primitive.Connect(cluster.NewClient()));
        var held = await AcquireAsync(first);
        var next = Acquire(second);
        await Patience.Until(() => primitive.LookAsync(host => host.Sessions.Sum(session => session.Live.Count) == 2));
        // No time passes, so no lease time does.
        cluster.ClockRuns = false;
        await primitive.LeaveAsync();
        first.Withdraw(held);
        cluster.ClockRuns = true;
        var start = cluster.Time.GetTimestamp();
        await next.Answered.Soon();
        Assert.True(cluster.Time.GetElapsedTime(start) < FakePrimitive.Lease / 2);
    }

    [Fact]
    public async Task What_a_silent_process_held_is_given_to_others_and_it_knows_before()
    {
        await using var cluster = new FakeCluster(loops: 0);
        using var primitive = new FakePrimitive(cluster, Lock);
        var owners = new[] { cluster.NewClient(), cluster.NewClient() };
        var (silent, other) = (primitive.Connect(owners[0]), primitive.Connect(owners[1]));
        var held = await AcquireAsync(silent);
        var lostFirst = false;
        var next = Acquire(other);
        using var watch = held.Lost.UnsafeRegister(_ => lostFirst = !next.Answered.IsCompleted, null);
        await Patience.Until(() => primitive.LookAsync(host => host.Sessions.Sum(session => session.Live.Count) == 2));
        // Nothing of the first arrives any more; the second repeats what is lost with it.
        var session = await primitive.LookAsync(host => host.Sessions.First(session => session.Live.Values.Any(request => request.IsHeld)).Id);
        primitive.Silent = session;
        Assert.Equal(AnswerKind.Ok, (await next.Answered.Soon()).Kind);
        Assert.True(held.IsLost);
        Assert.True(lostFirst);
        Assert.Empty(silent.Holds);
        primitive.Silent = null;
        // What it asks next is asked in a new session, and waits its turn.
        var again = Acquire(silent);
        other.Withdraw(next);
        Assert.True((await again.Answered.Soon()).Fence > (await next.Answered).Fence);
    }

    [Fact]
    public async Task A_given_up_request_whose_answer_is_on_its_way_takes_nothing()
    {
        await using var cluster = new FakeCluster(loops: 0);
        using var primitive = new FakePrimitive(cluster, Lock);
        var (first, second) = (primitive.Connect(cluster.NewClient()), primitive.Connect(cluster.NewClient()));
        var lost = new Gate();
        primitive.Network = () =>
        {
            lost.Open();
            return new Fate(false, LosesAnswer: true, false, default, default);
        };
        var call = Acquire(first);
        await lost.Opened.Soon();
        first.Withdraw(call);
        primitive.Network = null;
        Assert.Equal(AnswerKind.Ok, (await Acquire(second).Answered.Soon()).Kind);
        Assert.False(call.Answered.IsCompleted);
    }

    [Fact]
    public async Task A_permit_that_was_added_is_added_once_though_its_answer_and_the_activation_were_lost()
    {
        await using var cluster = new FakeCluster(loops: 0);
        using var primitive = new FakePrimitive(cluster, new SemaphoreSettings(0, IsBounded: false));
        var client = primitive.Connect(cluster.NewClient());
        var times = 0;
        primitive.Network = () => Interlocked.Increment(ref times) == 1 ? new Fate(false, false, false, default, default) { LosesLoop = When.After } : default;
        await SendAsync(client, SemaphoreVerb.Release);
        var free = await SendAsync(client, SemaphoreVerb.CountFree);
        Assert.Equal(1, free.Value);
    }

    [Fact]
    public void Answers_go_with_every_reply_until_they_are_acknowledged_as_any_of_them_may_go_to_a_caller_that_is_gone()
    {
        var host = new PrimitiveHost(Lock.CreateCore(), 1, new FakeTimeProvider(), FakePrimitive.Lease);
        var ask = new PrimitiveBatch("a!1", 0, 1, [new PrimitiveOperation((int)SemaphoreVerb.Acquire)], 0, Lock, null);
        // The caller of the first gave up and repeats it; only then both are answered.
        Assert.Equal(PrimitiveStatus.Ok, host.Apply(ask, out _, out _));
        Assert.Equal(PrimitiveStatus.Ok, host.Apply(ask, out _, out _));
        foreach (var (session, given) in host.TakeAnswered()) session.Show(given);
        Assert.Equal(1, Assert.Single(host.Reply("a!1", PrimitiveStatus.Ok).Answers).Number);
        Assert.Equal(1, Assert.Single(host.Reply("a!1", PrimitiveStatus.Ok).Answers).Number);
        Assert.Equal(PrimitiveStatus.Ok, host.Hear(new PrimitivePoll("a!1", 1, 1), out _));
        Assert.Empty(host.Reply("a!1", PrimitiveStatus.Ok).Answers);
    }

    [Fact]
    public async Task A_message_whose_gateway_is_lost_while_the_primitive_works_on_it_is_answered_all_the_same()
    {
        await using var cluster = new FakeCluster(loops: 0);
        using var primitive = new FakePrimitive(cluster, Lock);
        var client = primitive.Connect(cluster.NewClient());
        var times = 0;
        primitive.Network = () => new Fate { LosesGateway = Interlocked.Increment(ref times) == 1, Work = TimeSpan.FromMilliseconds(200) };
        await AcquireAsync(client).Soon();
    }

    [Fact]
    public void Of_two_that_tell_of_the_same_hold_the_later_one_is_told_that_it_is_lost()
    {
        var host = new PrimitiveHost(Lock.CreateCore(), 2, new FakeTimeProvider(), FakePrimitive.Lease);
        host.BeginRecovery(null);
        Assert.Equal(PrimitiveStatus.Ok, host.Apply(Told("a!1"), out _, out _));
        Assert.Equal(PrimitiveStatus.Expired, host.Apply(Told("b!1"), out _, out _));
        Assert.Equal("a!1", Assert.Single(host.Sessions).Id);

        static PrimitiveBatch Told(string session) => new(session, 2, 2, [], 1, Lock, [
            new RestoredCall(1, new PrimitiveOperation((int)SemaphoreVerb.Acquire), 1, new PrimitiveAnswer(1, AnswerKind.Ok, 0, 7, true, null)),
        ]);
    }

    /// <summary>Processes that acquire and release over a bad network, whose messages and activations get lost: never two hold one slot, and all get their turns.</summary>
    [Fact]
    public void Whatever_gets_lost_no_slot_has_two_holders_and_nobody_waits_for_ever() => Gen.Select(Gen.Int[1, 3], Gen.ULong).Sample(
        (permits, seed) => RunAsync(permits, new Random((int)seed)).Soon().GetAwaiter().GetResult(), iter: 4, threads: 1);

    private static async Task RunAsync(int permits, Random random)
    {
        await using var cluster = new FakeCluster(loops: 0);
        using var primitive = new FakePrimitive(cluster, new SemaphoreSettings(permits, IsBounded: true));
        var gate = new Lock();
        primitive.Network = () =>
        {
            lock (gate)
            {
                var dice = random.Next(100);
                return new Fate(dice < 4, dice is >= 4 and < 8, dice is >= 8 and < 14, TimeSpan.FromMilliseconds(random.Next(100)), TimeSpan.FromMilliseconds(random.Next(3000)))
                {
                    LosesLoop = dice == 14 ? When.Before : dice == 15 ? When.After : When.Never,
                    LosesGateway = dice is >= 16 and < 22,
                    Work = TimeSpan.FromMilliseconds(random.Next(300)),
                };
            }
        };
        var resource = new Resource();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var client = primitive.Connect(cluster.NewClient());
            for (var i = 0; i < 8; i++)
            {
                var call = await AcquireAsync(client);
                resource.Enter(call);
                TimeSpan pause;
                lock (gate) pause = TimeSpan.FromMilliseconds(random.Next(500));
                await Task.Delay(pause, cluster.Time);
                resource.Leave(call);
                client.Withdraw(call);
            }
        }));
        primitive.Network = null;
        await Patience.Until(() => primitive.LookAsync(host => host.Sessions.All(session => session.Live.Count == 0)));
    }

    private static PrimitiveCall Acquire(Primitive primitive)
    {
        var call = new PrimitiveCall((int)SemaphoreVerb.Acquire, 0, null, null);
        primitive.Send(call);
        return call;
    }

    private static async Task<PrimitiveCall> AcquireAsync(Primitive primitive)
    {
        var call = Acquire(primitive);
        Assert.Equal(AnswerKind.Ok, (await call.Answered).Kind);
        return call;
    }

    private static async Task<Answer> SendAsync(Primitive primitive, SemaphoreVerb verb)
    {
        var call = new PrimitiveCall((int)verb, 0, null, null);
        primitive.Send(call);
        return await call.Answered.Soon();
    }

    /// <summary>What a slot protects: it tells whether two are in at a time, and refuses who comes with an old number.</summary>
    private sealed class Resource
    {
        private readonly Dictionary<long, (PrimitiveCall Call, long Fence)> _holders = [];

        public void Enter(PrimitiveCall call)
        {
            lock (_holders)
            {
                var (slot, fence) = (call.Answered.Result.Value, call.Answered.Result.Fence);
                if (_holders.TryGetValue(slot, out var last))
                {
                    Assert.True(fence > last.Fence, $"slot {slot} was given with number {fence} after {last.Fence}");
                    Assert.True(last.Call is null || last.Call.IsLost, $"slot {slot} was given to two");
                }
                _holders[slot] = (call, fence);
            }
        }

        public void Leave(PrimitiveCall call)
        {
            lock (_holders)
            {
                var slot = call.Answered.Result.Value;
                if (_holders[slot].Call == call) _holders[slot] = (null!, call.Answered.Result.Fence);
            }
        }
    }
}
