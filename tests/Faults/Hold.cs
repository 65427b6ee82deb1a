using OrleansAsync.Coordination;
using OrleansAsync.Execution;
using OrleansAsync.Queues;
using OrleansAsync.Tasks;

namespace OrleansAsync.Faults;

/// <summary>Uses a resource under a permit, and finishes items of a durable queue, until a file appears.</summary>
/// <param name="Port">The resource.</param>
/// <param name="Stop">The file.</param>
/// <param name="Works">Whether it takes items, too: of those that are no tasks, one in each process, as done is what a process took first.</param>
[GenerateSerializer, Immutable, Alias("oa.faults.hold")]
public sealed record Hold([property: Id(0)] int Port, [property: Id(1)] string Stop, [property: Id(2)] bool Works) : Coroutine
{
    /// <summary>How many may use the resource at the same time.</summary>
    public const int Permits = 3;

    internal static ClusterSemaphore Semaphore(IClusterLoop loop) => loop.Semaphore("fenced", Permits);

    internal static ClusterQueue<long> Queue(IClusterLoop loop) => loop.Queue<long>("work", options: new QueueOptions { Durable = true });

    internal async Task RunAsync(IClusterLoop loop)
    {
        using var resource = await Resource.ConnectAsync(Port);
        var (semaphore, queue) = (Semaphore(loop), Queue(loop));
        while (!File.Exists(Stop))
        {
            await using (var lease = await semaphore.AcquireAsync())
            {
                await resource.SayAsync("enter", lease);
                await loop.SleepAsync(TimeSpan.FromMilliseconds(Random.Shared.Next(30)));
                await resource.SayAsync("leave", lease);
            }
            for (var i = 0; Works && i < 3; i++)
            {
                if (await queue.TryGetAsync() is not (true, var item)) break;
                await resource.SayAsync(FormattableString.Invariant($"work {item}"));
                try
                {
                    await queue.TaskDoneAsync();
                }
                catch (QueueLostException)
                {
                    // The lease was lost: the item is another's.
                    continue;
                }
                await resource.SayAsync(FormattableString.Invariant($"done {item}"));
            }
        }
    }
}

internal sealed class HoldBody : CoroutineBody<Hold>
{
    protected override Task RunAsync(Hold coroutine, IClusterLoop loop) => coroutine.RunAsync(loop);
}
