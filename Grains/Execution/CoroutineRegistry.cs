using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansAsync.Execution;

/// <summary>Which body belongs to which coroutine, found in assemblies at start.</summary>
internal sealed class CoroutineRegistry
{
    private readonly FrozenDictionary<Type, CoroutineInvoker> _invokers;
    private readonly Lazy<FrozenDictionary<string, CoroutineInvoker>> _byName;

    /// <exception cref="InvalidOperationException">A coroutine has no body, or more than one.</exception>
    public CoroutineRegistry(IEnumerable<Assembly> assemblies, IServiceProvider services)
    {
        Assembly[] given = [.. assemblies.Distinct()];
        var types = given.SelectMany(Types).Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(CoroutineBody))).ToLookup(type => type.IsGenericTypeDefinition);
        var bodies = types[false].Select(type => new Found(type)).ToArray();
        // The coroutines themselves often live in a contract assembly of their own.
        Assemblies = [.. given.Concat(bodies.Select(found => found.Coroutine.Assembly)).Distinct()];
        var coroutines = Assemblies.SelectMany(Types)
            .Where(type => type is { IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableTo(typeof(Coroutine)));
        List<string> problems =
        [
            .. types[true].Select(type => $"{type} is generic: derive a body that is not from it for each coroutine."),
            .. bodies.Where(found => found.MissesResult).Select(found =>
                $"{found.Body} is a body without a result, but {found.Coroutine} has one: derive it from CoroutineBody<TCoroutine, TResult>."),
            .. bodies.GroupBy(found => found.Coroutine).Where(group => group.Count() > 1).Select(group =>
                $"{group.Key} has {group.Count()} bodies, {string.Join(" and ", group.Select(found => found.Body))}: keep one."),
            .. coroutines.Except(bodies.Select(found => found.Coroutine)).Select(type =>
                $"{type} has no body: write a CoroutineBody for it, or give AddOrleansAsync the assembly that has one."),
        ];
        if (problems.Count > 0) throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
        _invokers = bodies.ToFrozenDictionary(found => found.Coroutine, found => found.ToInvoker(services));
        _byName = new(() => _invokers.ToFrozenDictionary(pair => CoroutineName.Of(pair.Key), pair => pair.Value));
    }

    /// <summary>Where bodies and coroutines are.</summary>
    public IReadOnlyList<Assembly> Assemblies { get; }

    public CoroutineInvoker? Find(Type coroutine) => _invokers.GetValueOrDefault(coroutine);

    public CoroutineInvoker? Find(string name) => _byName.Value.GetValueOrDefault(name);

    private static IEnumerable<Type> Types(Assembly assembly) => assembly.GetTypes();

    private sealed class Found
    {
        public Found(Type body)
        {
            Body = body;
            var shape = body;
            while (shape is not { IsGenericType: true } || (shape.GetGenericTypeDefinition() != typeof(CoroutineBody<>) && shape.GetGenericTypeDefinition() != typeof(CoroutineBody<,>))) shape = shape!.BaseType!;
            Coroutine = shape.GenericTypeArguments[0];
            Result = shape.GenericTypeArguments.ElementAtOrDefault(1);
        }

        public Type Body { get; }
        public Type Coroutine { get; }
        public Type? Result { get; }

        public bool MissesResult
        {
            get
            {
                if (Result is not null) return false;
                for (var type = Coroutine; type is not null; type = type.BaseType)
                {
                    if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Coroutine<>)) return true;
                }
                return false;
            }
        }

        public CoroutineInvoker ToInvoker(IServiceProvider services)
        {
            var body = (CoroutineBody)ActivatorUtilities.CreateInstance(services, Body);
            return Result is null
                ? new CoroutineInvokerWithoutResult(body)
                : (CoroutineInvoker)Activator.CreateInstance(typeof(CoroutineInvoker<>).MakeGenericType(Result), body)!;
        }
    }
}
