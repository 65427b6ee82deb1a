using System.Globalization;
using OrleansAsync.Tasks;

namespace OrleansAsync.Tests.EndToEnd.Faults;

/// <summary>A round of faults at random moments, which its seed repeats as far as a cluster can be repeated.</summary>
internal sealed class FaultRound
{
    private readonly int _number;
    private readonly int _seed;
    private readonly Random _random;
    private string _kills = "";

    public FaultRound(int number)
    {
        _number = number;
        _seed = Setting("ORLEANSASYNC_FAULT_SEED") is { } first ? first + number - 1 : Random.Shared.Next(1_000_000);
        _random = new Random(_seed);
    }

    /// <summary>How many rounds are run: one, or as many as <c>ORLEANSASYNC_FAULT_ROUNDS</c> says.</summary>
    public static int Count => Setting("ORLEANSASYNC_FAULT_ROUNDS") ?? 1;

    public TimeSpan Next(TimeSpan limit) => limit * _random.NextDouble();

    /// <summary>Kills one silo, then another, each after a random while up to the given one.</summary>
    public async Task KillTwoAsync(FaultCluster cluster, TimeSpan limit)
    {
        foreach (var victim in Enumerable.Range(0, cluster.Silos.Count).OrderBy(_ => _random.Next()).Take(2))
        {
            var pause = Next(limit);
            // The moment is the fault that is tested, not something waited for.
            await Task.Delay(pause, TimeProvider.System, TestContext.Current.CancellationToken);
            await cluster.Silos[victim].Process.KillAsync();
            _kills += string.Create(CultureInfo.InvariantCulture, $" silo {victim} after {pause.TotalSeconds:0.00} s,");
        }
    }

    /// <summary>Waits for the end of all tasks, whatever it is.</summary>
    public Task WaitAsync(IReadOnlyCollection<ClusterTask> tasks) => WaitForAllAsync(tasks, ToString());

    /// <inheritdoc cref="WaitAsync"/>
    public static async Task WaitForAllAsync(IReadOnlyCollection<ClusterTask> tasks, string phase = "at the end")
    {
        await Task.WhenAll(tasks.Select(task => task.AsTask())).WaitAsync(RunningProcess.Patience, TestContext.Current.CancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var missing = tasks.Where(task => !task.IsCompleted).ToArray();
        Assert.True(missing.Length == 0, $"{phase}: {missing.Length} of {tasks.Count} tasks have not ended, the first is {missing.FirstOrDefault()}");
    }

    public override string ToString() => $"round {_number}, ORLEANSASYNC_FAULT_SEED={_seed}, killed{_kills.TrimEnd(',')}";

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
