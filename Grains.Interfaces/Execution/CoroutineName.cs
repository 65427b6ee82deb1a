using System.Reflection;

namespace OrleansAsync.Execution;

/// <summary>The name of a coroutine's type where the type itself may be unknown: its alias, which is its name on the wire.</summary>
internal static class CoroutineName
{
    public static string Of(Type coroutine) => coroutine.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? coroutine.FullName ?? coroutine.Name;
}
