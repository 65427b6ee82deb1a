namespace OrleansAsync.Scenarios;

/// <summary>What a run of a scenario gave.</summary>
internal sealed record ScenarioResult
{
    public required string Name { get; init; }
    public required string Section { get; init; }

    /// <summary>What its tasks printed, in the order it came.</summary>
    public required IReadOnlyList<string> Lines { get; init; }
    public required double ElapsedMs { get; init; }

    /// <summary>How long the snippet takes, with the run's time scale.</summary>
    public required double ExpectedMs { get; init; }

    /// <summary>Whether the lines are CPython's, and the delays lie to each other as there.</summary>
    public required bool Passed { get; init; }

    /// <summary>Why it did not pass, and what the product reported of the scenario: a forgotten await, a blocked loop.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public override string ToString() => FormattableString.Invariant($"{Name,-38} {(Passed ? "passed" : "FAILED")}  {ElapsedMs / 1000,5:0.0} s, in CPython {ExpectedMs / 1000:0.0} s");
}
