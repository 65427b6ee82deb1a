using System.Collections.Concurrent;
using System.Reflection;
using OrleansAsync.Coordination;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;
using Xunit.Sdk;
using Xunit.v3;

namespace OrleansAsync.Tests.Cluster.Coordination;

/// <summary>Which form of a primitive is tested, and by whom.</summary>
public enum Form
{
    LocalInClient,
    LocalInCoroutine,
    ClusterInClient,
    ClusterInCoroutine,
}

/// <summary>Runs a theory once for each form: what holds for one must hold for all.</summary>
internal sealed class AllFormsAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<Form>().Select(form => new TheoryDataRow<Form>(form))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>The base of tests of primitives.</summary>
public abstract class CoordinationTest(ClusterFixture cluster) : ClusterTest(cluster)
{
    protected static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    protected Task RunAsync(Form form, Func<IClusterLoop, Task> test) => RunAsync(form is Form.LocalInCoroutine or Form.ClusterInCoroutine ? Owner.Coroutine : Owner.Client, test);

    internal static bool IsLocal(Form form) => form is Form.LocalInClient or Form.LocalInCoroutine;

    internal static ILock Lock(Form form, IClusterLoop loop) => IsLocal(form) ? loop.LocalLock() : loop.Lock();

    internal static ISemaphore Semaphore(Form form, IClusterLoop loop, int permits) => IsLocal(form) ? loop.LocalSemaphore(permits) : loop.Semaphore(permits);

    internal static ISemaphore BoundedSemaphore(Form form, IClusterLoop loop, int permits) => IsLocal(form) ? loop.LocalBoundedSemaphore(permits) : loop.BoundedSemaphore(permits);

    internal static IEvent Event(Form form, IClusterLoop loop) => IsLocal(form) ? loop.LocalEvent() : loop.Event();

    internal static ICondition Condition(Form form, IClusterLoop loop) => IsLocal(form) ? loop.LocalCondition() : loop.Condition();

    internal static ICondition Condition(Form form, IClusterLoop loop, ILock of) => IsLocal(form) ? loop.LocalCondition(of) : loop.Condition((ClusterLock)of);

    internal static IBarrier Barrier(Form form, IClusterLoop loop, int parties) => IsLocal(form) ? loop.LocalBarrier(parties) : loop.Barrier(parties);

    /// <summary>Waits until nobody holds it any more. A release on another silo may still be on its way when its task has ended.</summary>
    internal static async Task ComesFreeAsync(ILock theLock) => await (await theLock.AcquireAsync()).DisposeAsync();

    /// <summary>The error of a call that was cancelled, by a task's cancel or by a token.</summary>
    internal static Task<OperationCanceledException> CanceledAsync(Task call) => Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
}

/// <summary>A task, on any loop, that acquires and tells how far it is.</summary>
internal sealed class Contender
{
    private readonly Gate _isInLine = new();

    private Contender() { }

    public ClusterTask Task { get; private set; } = null!;

    public Gate Holds { get; } = new();

    public Gate MayGoOn { get; } = new();

    /// <summary>Starts one and waits until it is in line.</summary>
    /// <param name="loop">Whose task it is.</param>
    /// <param name="acquire">Acquires.</param>
    /// <param name="ask">Asks for anything: the answer comes when what was asked before has arrived.</param>
    /// <param name="order">Where it writes its name when it holds.</param>
    /// <param name="name">Its name.</param>
    /// <param name="times">How often it acquires and releases.</param>
    public static async Task<Contender> StartAsync(IClusterLoop loop, Func<Task<Lease>> acquire, Func<Task> ask, ConcurrentQueue<string>? order = null, string name = "", int times = 1)
    {
        var contender = new Contender();
        contender.Task = loop.CreateTask(Inline.Do(async body =>
        {
            var acquiring = acquire();
            await ask();
            contender._isInLine.Open();
            for (var i = 1; i <= times; i++)
            {
                await using (await acquiring)
                {
                    order?.Enqueue($"{name}{i}");
                    contender.Holds.Open();
                    await body.WaitAsync(contender.MayGoOn);
                }
                if (i < times) acquiring = acquire();
            }
        }));
        await contender._isInLine.Opened;
        return contender;
    }

    public static Task<Contender> StartAsync(IClusterLoop loop, ILock on, ConcurrentQueue<string>? order = null, string name = "") =>
        StartAsync(loop, () => on.AcquireAsync(), () => on.LockedAsync(), order, name);

    public static Task<Contender> StartAsync(IClusterLoop loop, ISemaphore on, ConcurrentQueue<string>? order = null, string name = "", int times = 1) =>
        StartAsync(loop, () => on.AcquireAsync(), () => on.LockedAsync(), order, name, times);
}
