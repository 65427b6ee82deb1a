using System.Diagnostics;

namespace OrleansAsync.Execution;

/// <summary>
/// Measures the turns of a task: the runtime tells whenever a thread begins or ends to run its code, as that is when the task's ambient values
/// change.
/// </summary>
internal abstract class TurnWatch
{
    private static readonly AsyncLocal<TurnWatch?> Running = new(OnChanged);

    [ThreadStatic]
    private static long began;

    // Whose turn goes on when this one's is over.
    private TurnWatch? _interrupted;

    /// <summary>Whether the code that asks is watched.</summary>
    public static bool IsRunning => Running.Value is not null;

    /// <summary>Measures the code that follows in the calling method, and all it awaits.</summary>
    public void Begin() => Running.Value = this;

    /// <summary>Measures no further: the code goes on elsewhere than on its loop, or is another task's.</summary>
    public static void Leave() => Running.Value = null;

    /// <summary>A turn has ended. Must not throw.</summary>
    /// <param name="elapsed">How long it was.</param>
    /// <param name="isInterrupted">Whether code of another watched task runs now, before this goes on.</param>
    protected abstract void OnTurn(TimeSpan elapsed, bool isInterrupted);

    private static void OnChanged(AsyncLocalValueChangedArgs<TurnWatch?> change)
    {
        var (ended, next) = (change.PreviousValue, change.CurrentValue);
        var isInterrupted = next is not null && ended is not null && ended._interrupted != next;
        if (ended is not null && began != 0) ended.OnTurn(Stopwatch.GetElapsedTime(began), isInterrupted);
        if (isInterrupted) next!._interrupted = ended;
        else ended?._interrupted = null;
        began = next is null ? 0 : Stopwatch.GetTimestamp();
    }
}
