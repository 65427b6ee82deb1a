using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Orleans.Serialization;

namespace OrleansAsync.Execution.Protocol;

/// <summary>
/// An exception as data, so that one that cannot be serialized still arrives with its type's name, message and stack.
/// </summary>
/// <param name="Type">Its full type name with assembly.</param>
/// <param name="Message">Its message.</param>
/// <param name="Stack">Its stack where it was thrown.</param>
/// <param name="Inner">Its inner exceptions.</param>
/// <param name="Serialized">The exception itself, where Orleans can serialize its type.</param>
[GenerateSerializer, Immutable, Alias(Aliases.TaskFailure)]
internal sealed record TaskFailure(
    [property: Id(0)] string Type,
    [property: Id(1)] string Message,
    [property: Id(2)] string? Stack,
    [property: Id(3)] ImmutableArray<TaskFailure> Inner,
    [property: Id(4)] byte[]? Serialized)
{
    public static TaskFailure From(Exception exception, Serializer serializer) => new(
        exception.GetType().AssemblyQualifiedName ?? exception.GetType().ToString(),
        Read(() => exception.Message) ?? "(its message cannot be read)",
        Read(() => exception.StackTrace),
        exception switch
        {
            AggregateException many => [.. many.InnerExceptions.Select(e => From(e, serializer))],
            { InnerException: { } inner } => [From(inner, serializer)],
            _ => [],
        },
        Serialize(exception, serializer));

    /// <summary>Makes the exception the owner sees: the original type if this process knows it, else a <see cref="RemoteTaskException"/>.</summary>
    public Exception ToException(Serializer serializer)
    {
        var exception = Deserialize(serializer) ?? Construct(serializer) ?? new RemoteTaskException(TypeName, Message, Inner is [var inner, ..] ? inner.ToException(serializer) : null);
        // Orleans restores the stack of what it deserializes; a stack can be set only once.
        if (Stack is not null && exception.StackTrace is null) ExceptionDispatchInfo.SetRemoteStackTrace(exception, Stack);
        return exception;
    }

    /// <summary>Users' exceptions may override what describes them, and throw there.</summary>
    private static string? Read(Func<string?> property)
    {
        try
        {
            return property();
        }
#pragma warning disable CA1031 // whatever it throws, the failure must still be reported
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private string TypeName => Type.Split(',')[0];

    private static byte[]? Serialize(Exception exception, Serializer serializer)
    {
        // The codec for System.Exception takes every exception and loses the type and fields of one it has no code for.
        if (!HasOwnCodec(exception, serializer)) return null;
        try
        {
            return serializer.SerializeToArray<Exception>(exception);
        }
#pragma warning disable CA1031 // whatever a user's exception does when read, its failure must still be reported
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private static bool HasOwnCodec(Exception exception, Serializer serializer)
    {
        var type = exception.GetType();
        if (type.Namespace is not ("System" or "System.IO" or "System.Collections.Generic" or "System.Threading.Tasks") && !serializer.CanSerialize(type)) return false;
        return exception is AggregateException many
            ? many.InnerExceptions.All(inner => HasOwnCodec(inner, serializer))
            : exception.InnerException is null || HasOwnCodec(exception.InnerException, serializer);
    }

    private Exception? Deserialize(Serializer serializer)
    {
        if (Serialized is null) return null;
        try
        {
            return serializer.Deserialize<Exception>(Serialized) is { } exception && exception.GetType().FullName == TypeName ? exception : null;
        }
#pragma warning disable CA1031 // a type this process does not have: fall back to what the record says
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    /// <summary>Makes an exception of a known type by its usual constructor, so that <c>catch (MyException)</c> works without serialization code.</summary>
    private Exception? Construct(Serializer serializer)
    {
        if (System.Type.GetType(Type) is not { IsAbstract: false } type || !type.IsAssignableTo(typeof(Exception))) return null;
        try
        {
            if (type.IsAssignableTo(typeof(AggregateException)) && type.GetConstructor([typeof(string), typeof(IEnumerable<Exception>)]) is { } withMany)
            {
                // Its message ends with those of the inner exceptions, and the constructor adds them.
                var message = TaskGroupException.OwnMessage(Message, Inner.Select(inner => inner.Message));
                return (Exception)withMany.Invoke([message, Inner.Select(inner => inner.ToException(serializer)).ToArray()]);
            }
            if (type.GetConstructor([typeof(string), typeof(Exception)]) is { } withInner)
            {
                return (Exception)withInner.Invoke([Message, Inner is [var inner, ..] ? inner.ToException(serializer) : null]);
            }
            return Inner.IsEmpty && type.GetConstructor([typeof(string)]) is { } constructor ? (Exception)constructor.Invoke([Message]) : null;
        }
        catch (System.Reflection.TargetInvocationException)
        {
            return null;
        }
    }
}
