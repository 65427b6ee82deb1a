using System.Reflection;

namespace OrleansAsync.Execution;

/// <summary>Tells what is deployed where, for messages about versions that do not fit.</summary>
internal static class Versions
{
    /// <summary>The version of OrleansAsync in this process.</summary>
    public static string Own { get; } = Of(typeof(Versions).Assembly);

    /// <summary>A coroutine's name on the wire, its type, and the assembly it is from here.</summary>
    public static string Describe(Type coroutine) => $"'{CoroutineName.Of(coroutine)}' ({coroutine} of {coroutine.Assembly.GetName().Name} {Of(coroutine.Assembly)})";

    // The informational version ends with "+" and the commit.
    private static string Of(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? $"{assembly.GetName().Version}";
}
