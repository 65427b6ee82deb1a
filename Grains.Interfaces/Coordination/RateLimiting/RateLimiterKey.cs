using System.Runtime.CompilerServices;

namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>The key of a bucket's grain: the name of the limiter and the key within it.</summary>
internal readonly record struct RateLimiterKey(string Name, string Key)
{
    private const int MaxLength = 200;

    // In neither of the two, as it is a control character.
    private const char Separator = '\u001f';

    public static RateLimiterKey Parse(string key) => key.Split(Separator) is [var name, var own] ? new(name, own) : throw new FormatException($"'{key}' is no key of a rate limiter.");

    public static string Check(string text, [CallerArgumentExpression(nameof(text))] string? parameter = null)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        if (text.Length is 0 or > MaxLength || text.Any(char.IsControl)) throw new ArgumentException($"It has 1 to {MaxLength} characters, none of them a control character.", parameter);
        return text;
    }

    public override string ToString() => $"{Name}{Separator}{Key}";
}
