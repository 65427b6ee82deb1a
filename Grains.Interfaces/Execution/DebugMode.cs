namespace OrleansAsync.Execution;

/// <summary>asyncio's PYTHONASYNCIODEBUG.</summary>
internal static class DebugMode
{
    public const string Variable = "ORLEANSASYNC_DEBUG";

    /// <summary>Whether the environment asks for it.</summary>
    public static bool IsRequested => Environment.GetEnvironmentVariable(Variable) is "1" or "true";
}
