using System.ComponentModel;

namespace OrleansAsync.Execution;

/// <summary>What a body of any shape has in common. Derive from <see cref="CoroutineBody{TCoroutine}"/> or <see cref="CoroutineBody{TCoroutine, TResult}"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class CoroutineBody
{
    private protected CoroutineBody() { }

    /// <summary>Runs the coroutine; a body without a result returns <see langword="null"/>.</summary>
    internal abstract Task RunUntypedAsync(Coroutine coroutine, IClusterLoop loop);
}
