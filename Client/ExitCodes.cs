namespace OrleansAsync;

/// <summary>What the programs' exit codes mean.</summary>
internal static class ExitCodes
{
    /// <summary>Everything was done.</summary>
    public const int Done = 0;

    /// <summary>It failed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or input.</summary>
    public const int Usage = 2;

    /// <summary>Finished, but part of the work failed.</summary>
    public const int PartlyFailed = 3;

    /// <summary>Interrupted by Ctrl-C or SIGTERM, after cleanup.</summary>
    public const int Interrupted = 130;
}
