using System.Diagnostics;

namespace OrleansAsync.Execution;

/// <summary>What a task takes over from whoever creates it, beside its coroutine: a copy, as of <c>contextvars</c> in asyncio.</summary>
/// <param name="Request">The creator's <see cref="RequestContext"/>. Never changed: setting a value there makes a new dictionary.</param>
/// <param name="TraceParent">The creator's span, in the W3C form.</param>
/// <param name="TraceState">Its trace state.</param>
/// <param name="IsDebug">Whether the creator is in debug mode.</param>
/// <param name="CreatedAt">In debug mode, the stack of the creation.</param>
/// <param name="IsInExecutor">Whether the creator takes it for a call that blocks.</param>
[GenerateSerializer, Immutable, Alias(Aliases.TaskContext)]
internal sealed record TaskContext(
    [property: Id(0)] Dictionary<string, object>? Request,
    [property: Id(1)] string? TraceParent,
    [property: Id(2)] string? TraceState,
    [property: Id(3)] bool IsDebug,
    [property: Id(4)] string? CreatedAt,
    [property: Id(5)] bool IsInExecutor = false)
{
    // asyncio's DEBUG_STACK_DEPTH.
    private const int StackDepth = 10;

    // Orleans' own: tells a call chain from others, and must not outlive it.
    private const string CallChain = "#CCR";

    // Tasks are created many at a time, from one place: they share one context, which then travels once.
    [ThreadStatic]
    private static (object? Request, Activity? Activity, TaskContext? Context) last;

    /// <summary>Adds the context of the caller to the options of a task it creates.</summary>
    public static TaskOptions Capture(ClusterLoop owner, TaskOptions? options)
    {
        options ??= TaskOptions.Default;
        var context = OfCaller(owner);
        if (options.IsInExecutor) context = (context ?? Make(null, null)) with { IsInExecutor = true };
        return context is null ? options : options with { Context = context };
    }

    private static TaskContext? OfCaller(ClusterLoop owner)
    {
        var (request, activity) = (RequestContext.Entries as Dictionary<string, object>, Activity.Current);
        if (owner.IsDebug) return Make(request, activity) with { IsDebug = true, CreatedAt = StackOfCaller() };
        if (request is null && activity is null) return null;
        if (last.Context is null || last.Request != request || last.Activity != activity) last = (request, activity, Make(request, activity));
        return last.Context;
    }

    private static TaskContext Make(Dictionary<string, object>? request, Activity? activity) => new(
        request?.ContainsKey(CallChain) == true ? request.Where(entry => entry.Key != CallChain).ToDictionary() : request,
        activity?.Id, activity?.TraceStateString, false, null);

    private static string StackOfCaller()
    {
        var frames = new StackTrace(fNeedFileInfo: true).GetFrames()
            .SkipWhile(frame => frame.GetMethod()?.DeclaringType?.Assembly == typeof(TaskContext).Assembly).Take(StackDepth);
        return string.Concat(frames.Select(frame => new StackTrace(frame).ToString())).TrimEnd();
    }
}
