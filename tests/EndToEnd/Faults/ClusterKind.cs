namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>The kinds of cluster whose promises are the same: tests of faults run on each.</summary>
public enum ClusterKind
{
    Local,
    PostgreSql,
}
