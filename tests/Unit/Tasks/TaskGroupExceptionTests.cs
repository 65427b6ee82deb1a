using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Tests.Unit.Tasks;

public sealed class TaskGroupExceptionTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Orleans_carries_it_with_its_errors_and_stack() => AssertSame(
        Serializer.Deserialize<Exception>(Serializer.SerializeToArray<Exception>(Thrown(new InvalidOperationException("eggs")))), typeof(InvalidOperationException));

    [Fact]
    public void So_does_a_tasks_outcome_whatever_is_in_it()
    {
        AssertSame(TaskFailure.From(Thrown(new InvalidOperationException("eggs")), Serializer).ToException(Serializer), typeof(InvalidOperationException));
        AssertSame(TaskFailure.From(Thrown(new Unknown("eggs", 1)), Serializer).ToException(Serializer), typeof(RemoteTaskException));
    }

    private static void AssertSame(Exception? received, Type last)
    {
        var outer = Assert.IsType<TaskGroupException>(received);
        var inner = Assert.IsType<TaskGroupException>(Assert.Single(outer.InnerExceptions));
        Assert.Equal([typeof(ClusterTaskCanceledException), last], inner.InnerExceptions.Select(e => e.GetType()));
        Assert.EndsWith("eggs", inner.InnerExceptions[1].Message, StringComparison.Ordinal);
        Assert.StartsWith("Unhandled errors in a task group. (", outer.Message, StringComparison.Ordinal);
        Assert.Equal(2, outer.Message.Split("Unhandled").Length - 1);
        Assert.Contains(nameof(Thrown), outer.StackTrace, StringComparison.Ordinal);
    }

    private static TaskGroupException Thrown(Exception error)
    {
        try
        {
            throw new TaskGroupException([new TaskGroupException([new ClusterTaskCanceledException("spam"), error])]);
        }
        catch (TaskGroupException e)
        {
            return e;
        }
    }

#pragma warning disable CA1032, CA1064 // an exception that cannot be made by its message is the point
    private sealed class Unknown(string message, int number) : Exception(message)
    {
        public int Number => number;
    }
#pragma warning restore CA1032, CA1064
}
