using System.Collections.Concurrent;
using OrleansAsync.Execution;

namespace OrleansAsync.Tests;

/// <summary>Makes coroutines whose body is blocking code of the test, as <see cref="Inline"/> does of others.</summary>
internal static class Blocking
{
    private static readonly ConcurrentDictionary<string, Func<CancellationToken, int>> Codes = [];

    public static Coroutine<int> Int(Func<CancellationToken, int> code) => new BlockingInt(Add(code));

    public static Coroutine Do(Action<CancellationToken> code) => new BlockingAction(Add(token =>
    {
        code(token);
        return 0;
    }));

    /// <summary>Holds a thread until a gate opens, whatever is cancelled, then returns a number.</summary>
    public static Coroutine<int> Gated(Gate started, Gate gate, int result = 0) => Int(_ =>
    {
        started.Open();
        gate.Block();
        return result;
    });

    /// <summary>Blocks the thread until the gate opens; not for ever.</summary>
    public static void Block(this Gate gate) => Assert.True(gate.Opened.Wait(TimeSpan.FromSeconds(30)), "The gate did not open.");

    public static int Run(string key, CancellationToken cancellationToken) => Codes[key](cancellationToken);

    private static string Add(Func<CancellationToken, int> code)
    {
        var key = Guid.NewGuid().ToString("N");
        Codes[key] = code;
        return key;
    }
}

[GenerateSerializer, Immutable, Alias("oa.tests.blocking-int")]
internal sealed record BlockingInt([property: Id(0)] string Key) : Coroutine<int>;

[GenerateSerializer, Immutable, Alias("oa.tests.blocking-action")]
internal sealed record BlockingAction([property: Id(0)] string Key) : Coroutine;

internal sealed class BlockingIntBody : BlockingBody<BlockingInt, int>
{
    protected override int Run(BlockingInt coroutine, CancellationToken cancellationToken) => Blocking.Run(coroutine.Key, cancellationToken);
}

internal sealed class BlockingActionBody : BlockingBody<BlockingAction>
{
    protected override void Run(BlockingAction coroutine, CancellationToken cancellationToken) => Blocking.Run(coroutine.Key, cancellationToken);
}
