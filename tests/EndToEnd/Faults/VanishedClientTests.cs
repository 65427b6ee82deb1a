using OrleansAsync.Faults;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>Clients that are killed, or stopped for longer than their lease, while their tasks run.</summary>
public sealed class VanishedClientTests
{
    private const int Tasks = 300;

    // The least there is.
    private static readonly (string, string) Lease = ("ORLEANSASYNC__EVENTLOOP__CHANNELLEASE", "00:00:12");

    [Theory, EveryCluster(IsSampled = true)]
    public async Task Tasks_of_a_killed_client_are_cancelled_and_clean_up(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind, settings: Lease);
        var client = cluster.StartClient(Tasks);
        await cluster.WaitForAsync(JournalEvent.Started, 2 * Tasks);
        await client.KillAsync();
        await cluster.WaitForAsync(JournalEvent.CleanedUp, 2 * Tasks);
        AssertEachRanOnceAndCleanedUp(cluster);
    }

    [Theory, EveryCluster(IsSampled = true)]
    public async Task Children_that_nobody_waits_for_are_cancelled_too_when_their_client_is_killed(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind, settings: Lease);
        var client = cluster.StartClient(Tasks, "leave-children");
        await cluster.WaitForAsync(JournalEvent.Started, 2 * Tasks);
        await client.KillAsync();
        await cluster.WaitForAsync(JournalEvent.CleanedUp, 2 * Tasks);
        AssertEachRanOnceAndCleanedUp(cluster);
    }

    [Theory, EveryCluster(IsSampled = true)]
    public async Task A_client_that_slept_past_its_lease_learns_it_and_starts_nothing_again(ClusterKind kind)
    {
        await using var cluster = await FaultCluster.StartAsync(kind, settings: Lease);
        var client = cluster.StartClient(Tasks);
        await cluster.WaitForAsync(JournalEvent.Started, 2 * Tasks);
        client.Pause();
        await cluster.WaitForAsync(JournalEvent.CleanedUp, 2 * Tasks);
        client.Continue();
        var end = await client.WaitForExitAsync();
        Assert.Equal((0, $"created\noutcome {nameof(OwnerExpiredException)} {Tasks}\nafter 42\n"), (end.ExitCode, end.Out));
        AssertEachRanOnceAndCleanedUp(cluster);
    }

    private static void AssertEachRanOnceAndCleanedUp(FaultCluster cluster)
    {
        var expected = Enumerable.Range(-Tasks, 2 * Tasks).Select(number => (long)number);
        Assert.Equal(expected, Numbers(JournalEvent.Started));
        Assert.Equal(expected, Numbers(JournalEvent.CleanedUp));
        Assert.Empty(Numbers(JournalEvent.Ended));

        IEnumerable<long> Numbers(JournalEvent what) => cluster.Journal.Read().Where(entry => entry.What == what).Select(entry => entry.Number).Order();
    }
}
