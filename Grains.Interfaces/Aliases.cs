namespace OrleansAsync;

/// <summary>
/// The names of everything that crosses the wire. They are the wire format: never rename one, never give one to something else.
/// </summary>
internal static class Aliases
{
    public const string Coroutine = "oa.coroutine";
    public const string CoroutineOfResult = "oa.coroutine`1";
}
