using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace OrleansAsync.Tests.Cluster;

/// <summary>Who creates the tasks of a test.</summary>
public enum Owner
{
    Client,
    Coroutine,
}

/// <summary>Runs a theory once for each kind of owner: what holds for one must hold for the other.</summary>
internal sealed class BothOwnersAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([new TheoryDataRow<Owner>(Owner.Client), new TheoryDataRow<Owner>(Owner.Coroutine)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
