namespace OrleansAsync.Tests.EndToEnd;

/// <summary>What a process left: its exit code and all it wrote.</summary>
internal sealed record ProcessResult(int ExitCode, string Out, string Error);
