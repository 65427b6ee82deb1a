namespace OrleansAsync.Execution;

/// <summary>A coroutine object that returns a <typeparamref name="TResult"/>.</summary>
/// <typeparam name="TResult">What its body returns. It travels back to the owner of the task, so it must be serializable.</typeparam>
/// <inheritdoc cref="Coroutine" path="/remarks"/>
[GenerateSerializer, Immutable, Alias(Aliases.CoroutineOfResult)]
public abstract record Coroutine<TResult> : Coroutine;
