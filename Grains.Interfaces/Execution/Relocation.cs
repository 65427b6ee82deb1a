namespace OrleansAsync.Execution;

/// <summary>Why a task goes to another loop.</summary>
internal enum Relocation
{
    /// <summary>Its loop has not started it.</summary>
    NotStarted,

    /// <summary>Its loop was leaving and has ended it for that reason.</summary>
    HandedBack,

    /// <summary>Its loop was lost, and nobody knows how far it came.</summary>
    Lost,
}
