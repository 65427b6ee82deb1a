namespace OrleansAsync.Hosting;

/// <summary>Which cluster a process joins or uses: the value of <c>--cluster</c>.</summary>
/// <param name="Mode">The kind of cluster.</param>
/// <param name="File">With <see cref="ClusterMode.PostgreSql"/>: the file that holds the connection string; <see langword="null"/> when the environment does.</param>
internal sealed record ClusterTarget(ClusterMode Mode, string? File = null)
{
    /// <summary>The environment variable that holds a PostgreSQL connection string; it is read where <c>--cluster</c> is not given.</summary>
    public const string Variable = "ORLEANSASYNC_CLUSTER";

    /// <summary>Gets the cluster where <c>--cluster</c> is not given: the environment's, else an embedded one.</summary>
    public static ClusterTarget Default =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } ? new(ClusterMode.PostgreSql) : new(ClusterMode.Embedded);

    /// <summary>Parses a value of <c>--cluster</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The target, or <see langword="null"/> when the text is none.</returns>
    public static ClusterTarget? TryParse(string text) => text switch
    {
        "embedded" => new(ClusterMode.Embedded),
        "local" => new(ClusterMode.Local),
        ['@', _, ..] => new(ClusterMode.PostgreSql, text[1..]),
        _ => null,
    };
}
