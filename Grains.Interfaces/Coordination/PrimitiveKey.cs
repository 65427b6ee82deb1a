namespace OrleansAsync.Coordination;

/// <summary>
/// Names a primitive over the cluster: a user's name, or a new one for a primitive without. Names of different kinds are different primitives.
/// </summary>
internal static class PrimitiveKey
{
    private const int MaxName = 200;
    private const char Unnamed = '~';

    /// <summary>The key of a primitive with a name.</summary>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public static string Format(string kind, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > MaxName || name[0] == Unnamed || name.Any(char.IsControl))
            throw new ArgumentException($"'{name}' is no name of a {kind}: use 1 to {MaxName} characters without control characters, not beginning with '{Unnamed}'.", nameof(name));
        return $"{kind}/{name}";
    }

    /// <summary>The key of a new primitive without a name.</summary>
    public static string New(string kind) => $"{kind}/{Unnamed}{Guid.NewGuid():N}";

    public static bool IsNamed(string key) => ParseName(key)[0] != Unnamed;

    public static string ParseName(string key) => key[(key.IndexOf('/') + 1)..];

    public static string ParseKind(string key) => key[..key.IndexOf('/')];
}
