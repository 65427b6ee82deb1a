using System.Collections.Concurrent;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests;

/// <summary>Makes coroutines whose body is a delegate of the test: owner and loops share a process, and only the key travels.</summary>
internal static class Inline
{
    private static readonly ConcurrentDictionary<string, Func<IClusterLoop, Task>> Bodies = [];

    public static Coroutine Do(Func<IClusterLoop, Task> body) => new InlineAction(Add(body));

    public static Coroutine<int> Int(Func<IClusterLoop, Task<int>> body) => new InlineInt(Add(body));

    public static Coroutine<int> Int(int value) => Int(_ => Task.FromResult(value));

    public static Coroutine<string> Text(Func<IClusterLoop, Task<string>> body) => new InlineText(Add(body));

    public static Coroutine<object> Any(Func<IClusterLoop, Task<object>> body) => new InlineObject(Add(body));

    /// <summary>Waits for a gate as asyncio waits for a future: a cancel point.</summary>
    public static Task WaitAsync(this IClusterLoop loop, Gate gate) => loop.Await(gate.Opened.WaitAsync);

    /// <summary>Waits until it is cancelled.</summary>
    public static Task WaitForeverAsync(this IClusterLoop loop) => loop.SleepAsync(TimeSpan.FromHours(1));

    public static Task RunAsync(string key, IClusterLoop loop) => Bodies[key](loop);

    private static string Add(Func<IClusterLoop, Task> body)
    {
        var key = Guid.NewGuid().ToString("N");
        Bodies[key] = body;
        return key;
    }
}

/// <summary>Something that happens once, and can be waited for.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Opened => _source.Task;

    public bool IsOpen => _source.Task.IsCompleted;

    public void Open() => _source.TrySetResult();
}

[GenerateSerializer, Immutable, Alias("oa.tests.action")]
internal sealed record InlineAction([property: Id(0)] string Key) : Coroutine;

[GenerateSerializer, Immutable, Alias("oa.tests.int")]
internal sealed record InlineInt([property: Id(0)] string Key) : Coroutine<int>;

[GenerateSerializer, Immutable, Alias("oa.tests.text")]
internal sealed record InlineText([property: Id(0)] string Key) : Coroutine<string>;

[GenerateSerializer, Immutable, Alias("oa.tests.object")]
internal sealed record InlineObject([property: Id(0)] string Key) : Coroutine<object>;

internal sealed class InlineActionBody : CoroutineBody<InlineAction>
{
    protected override Task RunAsync(InlineAction coroutine, IClusterLoop loop) => Inline.RunAsync(coroutine.Key, loop);
}

internal sealed class InlineIntBody : CoroutineBody<InlineInt, int>
{
    protected override Task<int> RunAsync(InlineInt coroutine, IClusterLoop loop) => (Task<int>)Inline.RunAsync(coroutine.Key, loop);
}

internal sealed class InlineTextBody : CoroutineBody<InlineText, string>
{
    protected override Task<string> RunAsync(InlineText coroutine, IClusterLoop loop) => (Task<string>)Inline.RunAsync(coroutine.Key, loop);
}

internal sealed class InlineObjectBody : CoroutineBody<InlineObject, object>
{
    protected override Task<object> RunAsync(InlineObject coroutine, IClusterLoop loop) => (Task<object>)Inline.RunAsync(coroutine.Key, loop);
}

/// <summary>Makes a hang a failure.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <summary>Waits for what no event tells.</summary>
    public static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!condition()) await Task.Delay(1, limit.Token);
    }

    /// <summary>Waits for what no event tells.</summary>
    public static async Task Until(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition()) await Task.Delay(1, limit.Token);
    }
}
