using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Benchmarks.Crawling;

/// <summary>The cost of one link: it is paid about a hundred times a page.</summary>
[MemoryDiagnoser]
[SuppressMessage("Performance", "CA1822", Justification = "A benchmark is an instance method.")]
public class CrawlUrlBenchmarks
{
    private static readonly CrawlUrl Page = CrawlUrl.Parse("https://docs.example.org/3/library/asyncio-task.html");

    [Benchmark(Baseline = true)]
    public string Relative() => Resolve("../howto/logging.html");

    [Benchmark]
    public string Absolute() => Resolve("https://www.example.com/a/b/c.html?d=e");

    [Benchmark]
    public string Encoded() => Resolve("/wiki/Žluťoučký kůň?q=a b");

    [Benchmark]
    public string SystemUri() => new Uri(BaseUri, "../howto/logging.html").AbsoluteUri;

    private static readonly Uri BaseUri = new(Page.Href);

    private static string Resolve(string reference) => Page.TryResolve(reference, out var url) ? url.Href : "";
}
