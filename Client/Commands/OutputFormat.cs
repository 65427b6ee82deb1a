namespace OrleansAsync.Commands;

/// <summary>What stdout holds: the value of <c>--format</c>.</summary>
internal enum OutputFormat
{
    /// <summary>Text for people.</summary>
    Text,

    /// <summary>JSON and nothing else.</summary>
    Json,
}
