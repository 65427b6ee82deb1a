using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.Cluster.Testing;

/// <summary>Bodies that await what is neither time nor a task.</summary>
public sealed class OutsideWorkTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_holds_time_and_the_test_is_told_who_does_it(bool isPlain)
    {
        await using var cluster = await VirtualTimeFixture.StartAsync(1, outsideWorkHoldsTime: true, TimeSpan.FromSeconds(6));
        var (start, gate) = (cluster.Time.GetUtcNow(), new Gate());
        var task = cluster.Loop.CreateTask(Inline.Int(async loop =>
        {
            if (isPlain) await loop.TimeoutAsync(TimeSpan.FromHours(1), _ => gate.Opened);
            else await Task.WhenAll(loop.WaitAsync(gate), loop.SleepAsync(TimeSpan.FromHours(1)));
            return 1;
        }));
        var error = await Assert.ThrowsAsync<TimeoutException>(() => cluster.AdvanceAsync(TimeSpan.FromHours(2)).Soon());
        Assert.Contains(task.Id, error.Message, StringComparison.Ordinal);
        Assert.Equal(start, cluster.Time.GetUtcNow());
        gate.Open();
        await cluster.AdvanceAsync(TimeSpan.FromHours(2)).Soon();
        Assert.Equal(1, task.Result);
    }

    [Fact]
    public async Task It_does_not_hold_time_if_the_test_says_so()
    {
        await using var cluster = await VirtualTimeFixture.StartAsync(1, outsideWorkHoldsTime: false, TimeSpan.FromSeconds(20));
        var gate = new Gate();
        var task = cluster.Loop.CreateTask(ClusterTest.Gated(gate, 1));
        await cluster.SettleAsync().Soon();
        Assert.False(task.IsCompleted);
        var run = cluster.RunAsync(ClusterTest.Gated(gate, 2));
        await cluster.SettleAsync().Soon();
        gate.Open();
        Assert.Equal(2, await run.Soon());
        await cluster.SettleAsync().Soon();
        Assert.Equal(1, task.Result);
    }

    [Fact]
    public async Task A_run_that_can_never_end_is_told_so()
    {
        await using var cluster = await VirtualTimeFixture.StartAsync(1, outsideWorkHoldsTime: false, TimeSpan.FromSeconds(3));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.RunAsync(ClusterTest.Gated(new Gate(), 1)).Soon());
        Assert.Contains("nothing is due. Waiting: task c", error.Message, StringComparison.Ordinal);
    }
}
