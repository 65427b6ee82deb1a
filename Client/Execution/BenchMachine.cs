using System.Runtime.InteropServices;

namespace OrleansAsync.Execution;

/// <summary>The machine that a bench runs on.</summary>
internal static class BenchMachine
{
    /// <summary>Gets what is said of it beside each measurement.</summary>
    public static string Description { get; } = $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
}
