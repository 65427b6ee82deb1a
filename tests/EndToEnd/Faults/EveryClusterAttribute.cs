using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Runs a theory once on each kind of cluster.</summary>
internal sealed class EveryClusterAttribute : DataAttribute
{
    /// <summary>
    /// Whether what is promised has nothing to do with the store: then one kind is enough, and all of them run with <c>ORLEANSASYNC_EVERY_CLUSTER=1</c>.
    /// </summary>
    public bool IsSampled { get; init; }

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var kinds = IsSampled && Environment.GetEnvironmentVariable("ORLEANSASYNC_EVERY_CLUSTER") != "1" ? [ClusterKind.Local] : Enum.GetValues<ClusterKind>();
        return new([.. kinds.Select(kind => new TheoryDataRow<ClusterKind>(kind))]);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
