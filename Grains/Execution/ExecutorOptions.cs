using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansAsync.Execution;

/// <summary>How many threads and child processes a silo has for code that blocks. Configuration section <c>OrleansAsync:Executor</c>.</summary>
public sealed class ExecutorOptions
{
    /// <summary>
    /// Gets or sets how many calls of <see cref="BlockingBody{TCoroutine, TResult}"/> run at a time; 1 to 4096. Default: processors and four, at most 32, as in
    /// asyncio. More wait, in order.
    /// </summary>
    [Range(1, 4096)]
    public int MaxThreads { get; set; } = Math.Min(32, Environment.ProcessorCount + 4);

    /// <summary>
    /// Gets or sets how many child processes the silo has, and so how many calls of <see cref="ProcessBody{TCoroutine, TResult}"/> run at a time; 1 to 1024.
    /// Default: one for each processor. More calls wait, in order.
    /// </summary>
    [Range(1, 1024)]
    public int MaxProcesses { get; set; } = Environment.ProcessorCount;

    /// <summary>Gets or sets how long a thread, or a child process, waits for its next call before it ends; 0 to 1 day. Default: 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Refuses wrong values at start.</summary>
[OptionsValidator]
internal sealed partial class ExecutorOptionsValidator : IValidateOptions<ExecutorOptions>;
