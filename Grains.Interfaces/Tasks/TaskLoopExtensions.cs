using OrleansAsync.Execution;

namespace OrleansAsync.Tasks;

/// <summary>asyncio's verbs for tasks.</summary>
public static partial class TaskLoopExtensions
{
    extension(IClusterLoop loop)
    {
        /// <summary>Pauses the calling coroutine.</summary>
        /// <param name="delay">How long; zero or less yields once.</param>
        public Task SleepAsync(TimeSpan delay) => Task.Delay(delay, loop.Time, loop.CancellationToken);
    }
}
