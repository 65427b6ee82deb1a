using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansAsync.Coordination;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;
using OrleansAsync.Queues;
using OrleansAsync.Workloads;

namespace OrleansAsync.Tests.Unit.Architecture;

/// <summary>Everything that crosses the wire has a name for ever, and comes out as it went in.</summary>
public sealed class MessageTests : IDisposable
{
    private static readonly Assembly[] Assemblies = [typeof(IClusterLoop).Assembly, typeof(OrleansAsyncSiloBuilderExtensions).Assembly, typeof(Nap).Assembly];

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public static TheoryData<Type> Messages => [.. Concrete];

    private static IEnumerable<Type> Concrete => Serialized.Where(type => type is { IsAbstract: false, IsGenericTypeDefinition: false });

    private static IEnumerable<Type> Serialized => Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false));

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Every_message_has_an_alias_of_its_own()
    {
        var aliases = Serialized.Select(type => (Type: type, type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias)).ToArray();
        Assert.All(aliases, entry => Assert.StartsWith("oa.", entry.Alias ?? $"{entry.Type} has no alias", StringComparison.Ordinal));
        Assert.Empty(aliases.GroupBy(entry => entry.Alias).Where(group => group.Count() > 1).Select(group => string.Join(" and ", group)));
    }

    [Fact]
    public void Every_base_of_a_message_is_serialized_too() => Assert.Empty(
        from type in Serialized
        where type.BaseType is { } && Assemblies.Contains(type.BaseType.Assembly)
        let definition = type.BaseType!.IsGenericType ? type.BaseType.GetGenericTypeDefinition() : type.BaseType
        where !definition.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)
        select $"{type}: {definition}");

    [Theory, MemberData(nameof(Messages), DisableDiscoveryEnumeration = true)]
    public void A_message_comes_out_as_it_went_in(Type type)
    {
        var serializer = _services.GetRequiredService<Serializer>();
        var sent = Make(type, depth: 0)!;
        var received = serializer.Deserialize<object>(serializer.SerializeToArray<object>(sent))!;
        Assert.Equal(type, received.GetType());
        Assert.Equal(Describe(sent, 0), Describe(received, 0));
        Assert.True(type.IsEnum || Describe(sent, 0) != Describe(Empty(type), 0) || !Members(type).Any(), $"{type}: the value made says nothing");
    }

    /// <summary>Makes a value whose every member differs from its default, as far as its constructor allows.</summary>
    private static object? Make(Type type, int depth)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Make(underlying, depth);
        if (type == typeof(string)) return $"text {depth}";
        if (type == typeof(bool)) return true;
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().Last();
        if (type.IsPrimitive || type == typeof(decimal)) return Convert.ChangeType(7 + depth, type, null);
        if (type == typeof(TimeSpan)) return TimeSpan.FromSeconds(7);
        if (type == typeof(DateTimeOffset)) return DateTimeOffset.UnixEpoch.AddDays(7);
        if (type == typeof(DateTime)) return DateTime.UnixEpoch.AddDays(7);
        if (type == typeof(Guid)) return new Guid(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7);
        if (type == typeof(Uri)) return new Uri("http://example.org/7");
        if (type == typeof(object)) return "anything";
        if (type == typeof(Exception)) return new InvalidOperationException("spam");
        // What of a handle does not travel.
        if (type == typeof(IClusterLoop)) return null;
        if (type.IsAbstract && Concrete.FirstOrDefault(message => message.IsSubclassOf(type)) is { } derived) return Make(derived, depth);
        if (type == typeof(byte[])) return new byte[] { 1, 2, 3 };
        if (type == typeof(Dictionary<string, object>)) return new Dictionary<string, object> { ["key"] = "anything" };
        if (type.IsArray) return ToArray(type.GetElementType()!, depth);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ClusterQueue<>))
            return Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.NonPublic, null, [PrimitiveKey.Format(QueueSettings.KindName, "text"), new QueueSettings(QueueOrder.Fifo, 7, false, true), null], null);
        if (type.IsGenericType && type.GetGenericArguments() is [var element])
        {
            var array = depth > 2 ? Array.CreateInstance(element, 0) : ToArray(element, depth);
            if (type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)) return ImmutableArrayOf(array);
            if (type.IsAssignableFrom(array.GetType())) return array;
            return Activator.CreateInstance(type, array);
        }
        var constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(c => c.GetParameters() is not [var only] || only.ParameterType != type)
            .OrderByDescending(c => c.GetParameters().Length).FirstOrDefault();
        if (constructor is null) return type.IsValueType ? Activator.CreateInstance(type) : throw new NotSupportedException($"{type} has no constructor");
        var made = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Make(parameter.ParameterType, depth + 1))]);
        foreach (var member in Members(type).Where(property => property.CanWrite && constructor.GetParameters().All(p => p.Name != property.Name)))
        {
            member.SetValue(made, Make(member.PropertyType, depth + 1));
        }
        return made;
    }

    private static Array ToArray(Type element, int depth)
    {
        var array = Array.CreateInstance(element, 2);
        for (var i = 0; i < 2; i++) array.SetValue(Make(element, depth + 1 + i), i);
        return array;
    }

    private static object ImmutableArrayOf(Array array) => typeof(ImmutableArray).GetMethods()
        .Single(method => method.Name == nameof(ImmutableArray.Create) && method.GetParameters() is [{ ParameterType.IsArray: true }])
        .MakeGenericMethod(array.GetType().GetElementType()!).Invoke(null, [array])!;

    private static object? Empty(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;

    private static IEnumerable<PropertyInfo> Members(Type type) => type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(property => property.IsDefined(typeof(IdAttribute), inherit: true));

    /// <summary>All serialized members as text, to compare by value what has arrays in it.</summary>
    private static string Describe(object? value, int depth)
    {
        if (value is null || depth > 8) return "null";
        if (value is string or Uri || value.GetType().IsPrimitive || value.GetType().IsEnum || value is IFormattable) return $"{value}";
        if (value is IEnumerable items) return $"[{string.Join(", ", items.Cast<object?>().Select(item => Describe(item, depth + 1)))}]";
        var message = value is Exception exception ? exception.Message : "";
        return $"{value.GetType().Name} {message} {{ {string.Join(", ", Members(value.GetType()).Select(member => $"{member.Name} = {Describe(member.GetValue(value), depth + 1)}"))} }}";
    }
}
