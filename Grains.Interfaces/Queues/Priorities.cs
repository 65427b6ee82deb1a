using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace OrleansAsync.Queues;

/// <summary>Finds the priority of items where they are put: the queue itself sees only bytes.</summary>
internal static class Priorities
{
    /// <summary>Gives what reads the priority of items of a type.</summary>
    /// <exception cref="ArgumentException">They have none.</exception>
    public static Func<T, double> Of<T>()
    {
        var read = Find<T>() ?? throw new ArgumentException(
            $"A priority queue cannot order items of type {typeof(T)}: use a number, a tuple whose first element is one, or a type that implements {nameof(IPrioritized)}.", nameof(T));
        return item =>
        {
            ArgumentNullException.ThrowIfNull(item);
            var priority = read(item);
            return !double.IsNaN(priority) ? priority : throw new ArgumentException("NaN is no priority: it is neither smaller nor larger than others.", nameof(item));
        };
    }

    private static Func<T, double>? Find<T>()
    {
        if (typeof(T).IsAssignableTo(typeof(IPrioritized))) return item => ((IPrioritized)item!).Priority;
        if (IsNumber(typeof(T))) return item => ToDouble(item);
        if (typeof(T).IsAssignableTo(typeof(ITuple)) && typeof(T).GetGenericArguments() is [var first, ..] && IsNumber(first)) return item => ToDouble(((ITuple)item!)[0]);
        return null;
    }

    private static bool IsNumber(Type type) => !type.IsEnum && type.IsAssignableTo(typeof(IConvertible))
        && type.GetInterfaces().Any(implemented => implemented.IsGenericType && implemented.GetGenericTypeDefinition() == typeof(INumber<>)) && type != typeof(char);

    private static double ToDouble(object? number) => Convert.ToDouble(number, CultureInfo.InvariantCulture);
}
