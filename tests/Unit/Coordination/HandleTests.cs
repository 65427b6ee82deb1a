using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansAsync.Coordination;
using OrleansAsync.Execution;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>Handles of the cluster: what they check, and what of them travels.</summary>
public sealed class HandleTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly ClusterLoop _loop = new(null!, "c1");

    public static TheoryData<string> BadNames => ["", new string('x', 201), "a\nb", "\u0000", "~x"];

    public void Dispose() => _services.Dispose();

    [Theory]
    [MemberData(nameof(BadNames))]
    public void A_name_that_is_none_is_refused_at_once(string name)
    {
        Assert.Throws<ArgumentException>(() => _loop.Lock(name));
        Assert.Throws<ArgumentException>(() => _loop.Semaphore(name));
        Assert.Throws<ArgumentException>(() => _loop.BoundedSemaphore(name));
        Assert.Throws<ArgumentException>(() => _loop.Event(name));
        Assert.Throws<ArgumentException>(() => _loop.Condition(name));
        Assert.Throws<ArgumentException>(() => _loop.Condition(_loop.Lock("x"), name));
        Assert.Throws<ArgumentException>(() => _loop.Barrier(name, 2));
    }

    [Fact]
    public void Numbers_are_checked_at_once()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _loop.Semaphore(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _loop.BoundedSemaphore("x", -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _loop.Barrier(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _loop.Barrier("x", -1));
    }

    [Fact]
    public void A_condition_shares_the_name_of_its_lock_or_has_one_of_its_own()
    {
        Assert.Equal(_loop.Lock("x").Reference, _loop.Condition("x").Lock.Reference);
        var theLock = _loop.Lock("x");
        Assert.NotEqual(_loop.Condition(theLock).Part, _loop.Condition(theLock).Part);
        Assert.Equal(_loop.Condition(theLock, "full").Part, _loop.Condition(theLock, "full").Part);
        Assert.NotEqual(_loop.Condition(theLock, "full").Part, _loop.Condition("x").Part);
        Assert.Equal(("The lock 'x'", "x"), ($"{theLock}", theLock.Name));
    }

    [Fact]
    public void Only_name_and_settings_travel()
    {
        Assert.Equal(_loop.Lock("x").Reference, Sent(_loop.Lock("x")).Reference);
        Assert.Equal(_loop.Semaphore("x", 3).Reference, Sent(_loop.Semaphore("x", 3)).Reference);
        Assert.Equal(new SemaphoreSettings(3, true), Sent(_loop.BoundedSemaphore("x", 3)).Reference.Settings);
        Assert.Equal(_loop.Event("x").Reference, Sent(_loop.Event("x")).Reference);
        Assert.Equal(4, Sent(_loop.Barrier("x", 4)).Parties);
        var condition = Sent(_loop.Condition(_loop.Lock("x"), "full"));
        Assert.Equal(("x", "condition/full"), (condition.Lock.Name, condition.Part));
    }

    [Fact]
    public async Task One_that_came_in_a_message_is_refused_outside_a_coroutine()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Sent(_loop.Lock("jobs")).AcquireAsync(TestContext.Current.CancellationToken));
        Assert.Contains("running coroutines only", error.Message, StringComparison.Ordinal);
        // Copied within a process it is no other.
        var copy = _services.GetRequiredService<DeepCopier>().Copy(_loop.Lock("jobs"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => copy.AcquireAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void States_are_stored_as_they_are()
    {
        Assert.Equal(new SemaphoreState(3), Sent<PrimitiveState>(new SemaphoreState(3)));
        Assert.Equal(new EventState(true, 4), Sent<PrimitiveState>(new EventState(true, 4)));
        var barrier = (BarrierState)Sent<PrimitiveState>(new BarrierState(true, 1, 2, [3, 4]));
        Assert.Equal((true, 1, 2), (barrier.IsBroken, barrier.LastEnd, barrier.LastBreak));
        Assert.Equal([3, 4], barrier.LastPassed);
        Assert.IsType<BrokenBarrierException>(Sent<Exception>(new BrokenBarrierException("x")));
    }

    private T Sent<T>(T value)
    {
        var serializer = _services.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(value))!;
    }
}
