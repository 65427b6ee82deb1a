using BenchmarkDotNet.Running;
using OrleansAsync.Tests.Benchmarks.Crawling;

// dotnet run -c Release --project tests/Benchmarks -- --filter '*'
// dotnet run -c Release --project tests/Benchmarks -- bare-crawl URL [REPEAT]
if (args is ["bare-crawl", .. var rest]) return await BareCrawl.RunAsync(rest);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
