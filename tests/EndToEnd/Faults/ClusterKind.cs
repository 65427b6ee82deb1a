namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>The kinds of cluster whose promises are the same: each test of faults runs on each.</summary>
public enum ClusterKind
{
    Local,
    PostgreSql,
}
