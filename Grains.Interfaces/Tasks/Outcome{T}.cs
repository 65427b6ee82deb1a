using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace OrleansAsync.Tasks;

/// <summary>How something ended, as a value: asyncio's element of <c>gather(…, return_exceptions=True)</c>.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
public readonly record struct Outcome<T>
{
    private readonly T? _value;

    internal Outcome(T value) => _value = value;

    internal Outcome(Exception exception) => Exception = exception;

    /// <summary>Gets the exception; <see langword="null"/> if there is a result. A cancellation is an <see cref="OperationCanceledException"/>.</summary>
    public Exception? Exception { get; }

    /// <summary>Gets whether there is a result.</summary>
    [MemberNotNullWhen(false, nameof(Exception))]
    public bool IsSuccess => Exception is null;

    /// <summary>Gets whether it was cancelled.</summary>
    public bool IsCanceled => Exception is OperationCanceledException;

    /// <summary>Gets the result, or throws the exception.</summary>
    public T Value
    {
        get
        {
            if (Exception is not null) ExceptionDispatchInfo.Throw(Exception);
            return _value!;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Exception is null ? $"{_value}" : $"{Exception.GetType().Name}: {Exception.Message}";
}
