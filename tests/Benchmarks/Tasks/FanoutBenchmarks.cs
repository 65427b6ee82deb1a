using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansAsync.Execution;
using OrleansAsync.Hosting;
using OrleansAsync.Tasks;
using OrleansAsync.Workloads;

namespace OrleansAsync.Tests.Benchmarks.Tasks;

/// <summary>What a task costs, on one silo in this process: the protocol without the network.</summary>
[MemoryDiagnoser]
public class FanoutBenchmarks : IDisposable
{
    private const int Tasks = 10_000;

    private readonly Nap[] _naps = [.. Enumerable.Range(0, Tasks).Select(number => new Nap(TimeSpan.Zero, number))];
    private readonly Nap[] _sleepers = [.. Enumerable.Range(0, Tasks).Select(number => new Nap(TimeSpan.FromMilliseconds(1), number))];
    private IHost _host = null!;
    private IClusterLoop _loop = null!;

    [GlobalSetup]
    public async Task StartAsync()
    {
        using var port = HeldPort.Take(IPAddress.Loopback, null, "");
        var builder = Host.CreateEmptyApplicationBuilder(new() { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port.Number, gatewayPort: 0);
            silo.AddOrleansAsync(typeof(Nap).Assembly);
        });
        _host = builder.Build();
        await _host.StartAsync();
        _loop = _host.Services.GetRequiredService<IClusterLoop>();
    }

    [Benchmark(Description = "await one task after another", OperationsPerInvoke = 100)]
    public async Task Sequential()
    {
        for (var i = 0; i < 100; i++) await _loop.CreateTask(_naps[i]);
    }

    [Benchmark(Description = "gather, bodies that return at once", OperationsPerInvoke = Tasks)]
    public Task<long[]> Gather() => _loop.GatherAsync(_naps.AsEnumerable());

    [Benchmark(Description = "gather, bodies that sleep 1 ms", OperationsPerInvoke = Tasks)]
    public Task<long[]> GatherSleepers() => _loop.GatherAsync(_sleepers.AsEnumerable());

    [Benchmark(Description = "map, 1,000 in flight", OperationsPerInvoke = Tasks)]
    public async Task<long> Map()
    {
        var sum = 0L;
        await foreach (var number in _loop.MapAsync(_naps, nap => nap, maxInFlight: 1000)) sum += number;
        return sum;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _host.StopAsync().GetAwaiter().GetResult();
        _host.Dispose();
        GC.SuppressFinalize(this);
    }
}
