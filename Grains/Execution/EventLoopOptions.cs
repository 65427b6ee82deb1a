using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansAsync.Execution;

/// <summary>How the event loops of a silo work. Configuration section <c>OrleansAsync:EventLoop</c>.</summary>
public sealed class EventLoopOptions
{
    /// <summary>Gets or sets how many event loops a silo runs; 1 to 1024. Default: one for each processor, at least two.</summary>
    [Range(1, 1024)]
    public int LoopsPerSilo { get; set; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>
    /// Gets or sets how many tasks of one client may be live on one loop; 1 or more. Default: 65,536. More wait in the client, in order.
    /// Tasks of coroutines are not counted: a parent never waits for a child that waits for the parent's place.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int MaxLiveTasksPerClient { get; set; } = 65_536;

    /// <summary>Gets or sets how many tasks may be live on one loop in all; 1 or more. Default: 4,000,000. One more fails with <see cref="EventLoopOverloadedException"/>.</summary>
    [Range(1, int.MaxValue)]
    public int MaxLiveTasks { get; set; } = 4_000_000;

    /// <summary>Gets or sets how long an owner of tasks may be silent before they are cancelled; 12 seconds to 1 day, as a silent owner is heard every ten. Default: 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:12", "1.00:00:00")]
    public TimeSpan ChannelLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long a silo that shuts down waits for its tasks: those it hands back to their owners may clean up, those with
    /// <see cref="OnLoss.Fail"/> may end; 0 to 1 hour. Default: 5 seconds. The host's shutdown timeout should be a few seconds more.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets whether all tasks of the silo run in debug mode: asyncio's <c>loop.set_debug</c>. Default: whether the environment has
    /// <c>ORLEANSASYNC_DEBUG=1</c>.
    /// </summary>
    public bool Debug { get; set; } = DebugMode.IsRequested;

    /// <summary>
    /// Gets or sets how long a turn of a task in debug mode may last before it is reported; 1 ms to 1 hour. Default: 100 ms, asyncio's
    /// <c>slow_callback_duration</c>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan SlowTurnThreshold { get; set; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>Refuses wrong values at start.</summary>
[OptionsValidator]
internal sealed partial class EventLoopOptionsValidator : IValidateOptions<EventLoopOptions>;
