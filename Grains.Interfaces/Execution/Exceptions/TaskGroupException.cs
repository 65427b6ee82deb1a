using System.Runtime.ExceptionServices;

namespace OrleansAsync;

/// <summary>The errors of a task group: of its tasks, in the order they came, and of its block. Errors of a group within it are one of them, as a group of their own.</summary>
/// <remarks><b>asyncio:</b> <c>ExceptionGroup</c>. <c>catch … when (e.InnerExceptions.OfType&lt;…&gt;().Any())</c> stands for <c>except*</c>.</remarks>
public sealed class TaskGroupException : AggregateException
{
    private const string Summary = "Unhandled errors in a task group.";

    /// <summary>Initializes a new instance.</summary>
    public TaskGroupException() : base(Summary) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened.</param>
    public TaskGroupException(string message) : base(message) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The only error.</param>
    public TaskGroupException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="innerExceptions">The errors.</param>
    public TaskGroupException(IEnumerable<Exception> innerExceptions) : base(Summary, innerExceptions) { }

    /// <summary>Initializes a new instance.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerExceptions">The errors.</param>
    public TaskGroupException(string message, IEnumerable<Exception> innerExceptions) : base(message, innerExceptions) { }

    /// <summary>The message of an exception with several inner ones, without theirs, which .NET appends.</summary>
    internal static string OwnMessage(string message, IEnumerable<string> inner)
    {
        var added = string.Concat(inner.Select(text => $" ({text})"));
        return added.Length > 0 && message.EndsWith(added, StringComparison.Ordinal) ? message[..^added.Length] : message;
    }
}

/// <summary>What travels of a <see cref="TaskGroupException"/>: Orleans has no base codec for aggregates.</summary>
[GenerateSerializer, Alias(Aliases.TaskGroupException)]
internal readonly record struct TaskGroupExceptionSurrogate(
    [property: Id(0)] string Message,
    [property: Id(1)] List<Exception> InnerExceptions,
    [property: Id(2)] string? Stack);

/// <inheritdoc cref="TaskGroupExceptionSurrogate"/>
[RegisterConverter]
internal sealed class TaskGroupExceptionConverter : IConverter<TaskGroupException, TaskGroupExceptionSurrogate>
{
    public TaskGroupException ConvertFromSurrogate(in TaskGroupExceptionSurrogate surrogate)
    {
        var exception = new TaskGroupException(surrogate.Message, surrogate.InnerExceptions);
        if (surrogate.Stack is not null) ExceptionDispatchInfo.SetRemoteStackTrace(exception, surrogate.Stack);
        return exception;
    }

    public TaskGroupExceptionSurrogate ConvertToSurrogate(in TaskGroupException value) => new(
        TaskGroupException.OwnMessage(value.Message, value.InnerExceptions.Select(inner => inner.Message)), [.. value.InnerExceptions], value.StackTrace);
}
