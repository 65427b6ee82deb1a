using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Runs a theory once on each kind of cluster.</summary>
internal sealed class EveryClusterAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<ClusterKind>().Select(kind => new TheoryDataRow<ClusterKind>(kind))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
