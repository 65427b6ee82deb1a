using System.Diagnostics;

namespace OrleansAsync.Execution;

/// <summary>
/// Measures the turns of a task in debug mode: the runtime tells whenever a thread begins or ends to run its code, as that is when the task's
/// ambient values change.
/// </summary>
internal sealed class TurnWatch(TimeSpan threshold, Action<TimeSpan> report)
{
    private static readonly AsyncLocal<TurnWatch?> Running = new(OnChanged);

    [ThreadStatic]
    private static long began;

    /// <summary>Measures the code that follows in the calling method, and all it awaits.</summary>
    public void Begin() => Running.Value = this;

    /// <summary>Measures no further: the code goes on elsewhere than on its loop.</summary>
    public static void Leave() => Running.Value = null;

    private static void OnChanged(AsyncLocalValueChangedArgs<TurnWatch?> change)
    {
        if (change.PreviousValue is { } ended && began != 0)
        {
            var elapsed = Stopwatch.GetElapsedTime(began);
            if (elapsed > ended.Threshold) ended.Report(elapsed);
        }
        began = change.CurrentValue is null ? 0 : Stopwatch.GetTimestamp();
    }

    private TimeSpan Threshold { get; } = threshold;

    private Action<TimeSpan> Report { get; } = report;
}
