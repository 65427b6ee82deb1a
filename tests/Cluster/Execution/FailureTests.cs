using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Execution;

/// <summary>What becomes of exceptions, and of what cannot be serialized, between silos and owners.</summary>
public sealed class FailureTests(ClusterFixture cluster) : ClusterTest(cluster)
{
    public static TheoryData<Exception> Common =>
    [
        new InvalidOperationException("spam"),
        new ArgumentNullException("eggs"),
        new KeyNotFoundException("spam"),
        new TimeoutException("spam"),
        new NotSupportedException("spam"),
        new IOException("spam"),
        new HttpRequestException("spam"),
        new System.Text.Json.JsonException("spam"),
        new FormatException("spam"),
    ];

    [Theory, MemberData(nameof(Common), DisableDiscoveryEnumeration = true)]
    public async Task Common_exceptions_keep_type_and_message(Exception thrown)
    {
        var seen = await ThrowAsync(thrown);
        Assert.Equal(thrown.GetType(), seen.GetType());
        Assert.Equal(thrown.Message, seen.Message);
    }

    [Theory, BothOwners]
    [CPython("test_tasks.py::test_exception_traceback")]
    public Task An_exception_keeps_its_remote_stack_and_its_inner_one(Owner owner) => RunAsync(owner, async loop =>
    {
        var task = loop.CreateTask(Inline.Int(_ => ThrowFarAway()));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => task.AsTask());
        Assert.Contains(nameof(ThrowFarAway), error.StackTrace, StringComparison.Ordinal);
        Assert.Equal("cause", Assert.IsType<FormatException>(error.InnerException).Message);
        Assert.Same(task.Exception, task.Outcome.Exception);
    });

    [Fact]
    public async Task An_exception_of_ones_own_keeps_its_type_without_serialization_code()
    {
        var error = Assert.IsType<OwnException>(await ThrowAsync(new OwnException("spam", new OwnException("cause", null))));
        Assert.Equal("spam", error.Message);
        Assert.Equal("cause", Assert.IsType<OwnException>(error.InnerException).Message);
        Assert.Contains(nameof(ThrowAsync), error.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_that_cannot_be_made_again_names_its_type()
    {
        var error = Assert.IsType<RemoteTaskException>(await ThrowAsync(new OddException(1, 2)));
        Assert.Equal((typeof(OddException).FullName, "1 and 2"), (error.RemoteType, error.RemoteMessage));
        Assert.Contains(nameof(ThrowAsync), error.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_aggregate_keeps_what_it_holds()
    {
        var error = Assert.IsType<AggregateException>(await ThrowAsync(new AggregateException(new FormatException("a"), new TimeoutException("b"))));
        Assert.Equal([typeof(FormatException), typeof(TimeoutException)], error.InnerExceptions.Select(e => e.GetType()));
    }

    [Fact]
    public async Task An_aggregate_of_ones_own_exceptions_keeps_them_all()
    {
        var error = Assert.IsType<AggregateException>(await ThrowAsync(new AggregateException(new FormatException("a"), new OwnException("b", null))));
        Assert.Equal(["a", "b"], error.InnerExceptions.Select(e => e.Message));
        Assert.Equal("One or more errors occurred. (a) (b)", error.Message);
        Assert.IsType<OwnException>(error.InnerExceptions[1]);
    }

    [Fact]
    public async Task A_cancellation_nobody_asked_for_is_a_cancellation()
    {
        var task = Client.CreateTask(Inline.Int(_ => throw new TaskCanceledException()));
        await Assert.ThrowsAsync<ClusterTaskCanceledException>(() => task.AsTask().Soon());
        Assert.True(task.IsCanceled);
    }

    [Theory, BothOwners]
    public Task A_result_that_cannot_be_serialized_fails_its_task_only(Owner owner) => RunAsync(owner, async loop =>
    {
        var bad = loop.CreateTask(Inline.Any(_ => Task.FromResult<object>(new NotSerializable())));
        var error = await Assert.ThrowsAsync<UnserializableException>(() => bad.AsTask());
        Assert.Contains(bad.Id, error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(NotSerializable), error.Message, StringComparison.Ordinal);
        Assert.Equal("fine", await loop.CreateTask(Inline.Any(_ => Task.FromResult<object>("fine"))));
    });

    [Theory, BothOwners]
    public Task A_coroutine_that_cannot_be_serialized_fails_its_task_only(Owner owner) => RunAsync(owner, async loop =>
    {
        var good = loop.CreateTask(Inline.Int(1));
        var bad = loop.CreateTask(new Unsendable(new NotSerializable()));
        var after = loop.CreateTask(Inline.Int(2));
        var error = await Assert.ThrowsAsync<UnserializableException>(() => bad.AsTask());
        Assert.Contains(nameof(Unsendable), error.Message, StringComparison.Ordinal);
        Assert.Equal((1, 2), (await good, await after));
    });

    private static async Task<int> ThrowFarAway()
    {
        await Task.Yield();
        try
        {
            throw new FormatException("cause");
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException("spam", e);
        }
    }

    private async Task<Exception> ThrowAsync(Exception exception)
    {
        var task = Client.CreateTask(Inline.Int(_ => throw exception));
        return (await Client.GatherOutcomesAsync([task]).Soon())[0].Exception!;
    }

    private sealed class OwnException(string message, Exception? inner) : Exception(message, inner);

    private sealed class OddException(int a, int b) : Exception($"{a} and {b}");
}

internal sealed class NotSerializable;

[GenerateSerializer, Immutable, Alias("oa.tests.unsendable")]
internal sealed record Unsendable([property: Id(0)] object Argument) : Coroutine<int>;

internal sealed class UnsendableBody : CoroutineBody<Unsendable, int>
{
    protected override Task<int> RunAsync(Unsendable coroutine, IClusterLoop loop) => Task.FromResult(0);
}
