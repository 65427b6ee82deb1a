namespace OrleansAsync.Execution;

/// <summary>
/// A coroutine object: the arguments of one call, as data. Creating one runs nothing; a task or a group runs it on an event loop of the cluster.
/// </summary>
/// <remarks>
/// <para><b>asyncio:</b> what calling an <c>async def</c> function returns. Unlike there, one record may be started any number of times.</para>
/// <para><b>Cluster:</b> the record is the message that travels, so every level of it needs <c>[GenerateSerializer]</c> and <c>[Alias]</c>.
/// What it does is written in a <see cref="CoroutineBody{TCoroutine}"/>, which only silos have.</para>
/// </remarks>
[GenerateSerializer, Immutable, Alias(Aliases.Coroutine)]
public abstract record Coroutine
{
    /// <summary>Creates the record; nothing runs.</summary>
    protected Coroutine() => CoroutineWatch.OnCreated(this);
}
