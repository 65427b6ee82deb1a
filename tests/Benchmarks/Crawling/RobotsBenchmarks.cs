using System.Diagnostics.CodeAnalysis;
using System.Text;
using BenchmarkDotNet.Attributes;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Benchmarks.Crawling;

/// <summary>The cost of one robots decision under a long file of 500 rules.</summary>
[MemoryDiagnoser]
[SuppressMessage("Performance", "CA1822", Justification = "A benchmark is an instance method.")]
public class RobotsBenchmarks
{
    private static readonly RobotsRules Rules = RobotsRules.Parse(Encoding.UTF8.GetBytes(
        "User-agent: *\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"Disallow: /private{i}/*.html$\n"))));

    [Benchmark]
    public bool Check() => Rules.Check("bot", "/docs/library/asyncio-task.html?version=3").Allowed;
}
