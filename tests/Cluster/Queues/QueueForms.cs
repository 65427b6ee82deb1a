using System.Reflection;
using OrleansAsync.Execution;
using OrleansAsync.Queues;
using Xunit.Sdk;
using Xunit.v3;

namespace OrleansAsync.Tests.Cluster.Queues;

/// <summary>Where the queue of a test is.</summary>
public enum QueueForm
{
    Local,
    Cluster,
}

/// <summary>Runs a theory for each form of queue and each kind of owner: one set of rules for all.</summary>
internal sealed class QueueFormsAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) => new(
    [
        .. from form in Enum.GetValues<QueueForm>()
           from owner in Enum.GetValues<Owner>()
           select new TheoryDataRow<QueueForm, Owner>(form, owner),
    ]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>Makes queues of either form, each a new one.</summary>
internal static class QueueForms
{
    public static IQueue<T> NewQueue<T>(this IClusterLoop loop, QueueForm form, int maxSize = 0) => form == QueueForm.Local ? loop.LocalQueue<T>(maxSize) : loop.Queue<T>(maxSize);

    public static IQueue<T> NewLifoQueue<T>(this IClusterLoop loop, QueueForm form, int maxSize = 0) => form == QueueForm.Local ? loop.LocalLifoQueue<T>(maxSize) : loop.LifoQueue<T>(maxSize);

    public static IQueue<T> NewPriorityQueue<T>(this IClusterLoop loop, QueueForm form, int maxSize = 0) =>
        form == QueueForm.Local ? loop.LocalPriorityQueue<T>(maxSize) : loop.PriorityQueue<T>(maxSize);

    /// <summary>Returns when the queue has seen all that was asked of it here before: what is asked arrives in order.</summary>
    public static async Task SettleAsync<T>(this IQueue<T> queue) => await queue.CountAsync();
}
