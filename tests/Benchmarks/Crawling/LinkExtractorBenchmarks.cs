using System.Diagnostics.CodeAnalysis;
using System.Text;
using BenchmarkDotNet.Attributes;
using OrleansAsync.Crawling;

namespace OrleansAsync.Tests.Benchmarks.Crawling;

/// <summary>The cost of one page of documentation: 100 KB, 600 links to 120 pages.</summary>
[MemoryDiagnoser]
[SuppressMessage("Performance", "CA1822", Justification = "A benchmark is an instance method.")]
public class LinkExtractorBenchmarks
{
    private static readonly CrawlUrl Page = CrawlUrl.Parse("https://docs.example.org/3/library/asyncio-task.html");
    private static readonly byte[] Body = Build();

    [Benchmark]
    public int Extract() => LinkExtractor.Extract(Body, "utf-8", Page, default).Links.Length;

    private static byte[] Build()
    {
        var html = new StringBuilder("<!DOCTYPE html><html><head><meta charset=utf-8><title>A page</title></head><body>");
        for (var i = 0; i < 600; i++)
        {
            html.Append($"<p class=\"section\">Some words of text that explain what the <a class=\"reference internal\" href=\"page{i % 120}.html#part-{i}\">")
                .Append("<code>function</code></a> does &mdash; and why.</p>\n");
        }
        return Encoding.UTF8.GetBytes(html.ToString());
    }
}
