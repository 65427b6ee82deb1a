using OrleansAsync.Execution.Executors;

/// <summary>What the runtime calls before <c>Main</c> in a process whose <c>DOTNET_STARTUP_HOOKS</c> names this assembly; it wants this name, without a namespace.</summary>
#pragma warning disable CA1050 // see above
internal static class StartupHook
#pragma warning restore CA1050
{
    public static void Initialize() => WorkerProgram.RunIfWorker();
}
