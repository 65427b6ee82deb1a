using System.Collections.Concurrent;

namespace OrleansAsync.Faults;

/// <summary>Files that tests create when tasks may go on; one watch per process and file, however many tasks wait for it.</summary>
internal static class Gate
{
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Watches = new();

    public static Task OpenedAsync(string path) => Watches.GetOrAdd(path, static path => new(() => WatchAsync(path))).Value;

    private static async Task WatchAsync(string path)
    {
        // Polled: a watcher's events may be lost when a process is stopped for a while.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!File.Exists(path)) await timer.WaitForNextTickAsync().ConfigureAwait(false);
    }
}
