namespace OrleansAsync.Hosting;

/// <summary>How much a program says on stderr: the value of <c>--verbosity</c>.</summary>
internal enum Verbosity
{
    /// <summary>Errors only.</summary>
    Quiet,

    /// <summary>Warnings and progress too.</summary>
    Normal,

    /// <summary>Everything that helps to find a fault, with stack traces.</summary>
    Debug,
}
