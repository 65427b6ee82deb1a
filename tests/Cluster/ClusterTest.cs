using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster;

/// <summary>The base of tests on the shared cluster.</summary>
public abstract class ClusterTest(ClusterFixture cluster)
{
    protected ClusterFixture Cluster => cluster;

    protected IClusterLoop Client => cluster.Client;

    protected Serializer Serializer => cluster.Cluster.Client.ServiceProvider.GetRequiredService<Serializer>();

    /// <summary>The cluster as a service inside one of its silos sees it.</summary>
    protected IClusterLoop Loop(int silo) => ClusterFixture.Loop(cluster.Cluster.Silos[silo].ServiceProvider);

    /// <summary>Runs the code of a test in the client or inside a coroutine.</summary>
    protected async Task RunAsync(Owner owner, Func<IClusterLoop, Task> test)
    {
        if (owner == Owner.Client)
        {
            await test(Client).Soon();
            return;
        }
        // The assertion that failed goes round the wire, which is not what is tested here.
        ExceptionDispatchInfo? failure = null;
        await Client.CreateTask(Inline.Do(async loop =>
        {
            try
            {
                await test(loop);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })).AsTask().Soon();
        failure?.Throw();
    }

    protected Task<T> RunAsync<T>(Coroutine<T> coroutine) => Client.CreateTask(coroutine).AsTask().Soon();

    /// <summary>A coroutine that tells when it has started and when it has cleaned up, and waits to be cancelled.</summary>
    internal static Coroutine<int> Sleeper(Gate started, Gate cleaned) => Inline.Int(async loop =>
    {
        started.Open();
        try
        {
            await loop.WaitForeverAsync();
            return 0;
        }
        finally
        {
            cleaned.Open();
        }
    });

    /// <summary>A coroutine that waits for a gate, then returns a number.</summary>
    internal static Coroutine<int> Gated(Gate gate, int result) => Inline.Int(async loop =>
    {
        await loop.WaitAsync(gate);
        return result;
    });

    internal static Coroutine<int> Failing(string message) => Inline.Int(_ => throw new InvalidOperationException(message));
}
