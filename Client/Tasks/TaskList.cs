using System.Globalization;
using OrleansAsync.Commands;
using OrleansAsync.Execution;
using OrleansAsync.Execution.Protocol;
using OrleansAsync.Tasks.Introspection;

namespace OrleansAsync.Tasks;

/// <summary>Lists tasks: the oldest of a cluster, or all.</summary>
/// <param name="loop">The cluster.</param>
/// <param name="output">Where to show them.</param>
internal sealed class TaskList(IClusterLoop loop, Output output)
{
    /// <summary>How many are shown where not all are asked for.</summary>
    public const int DefaultCount = 100;

    private bool _isIncomplete;

    /// <summary>Shows them.</summary>
    /// <param name="all">Whether all, which come as they are found, rather than the oldest first.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <returns>The exit code: 3 if a silo did not answer.</returns>
    public async Task<int> ShowAsync(bool all, CancellationToken cancellationToken)
    {
        if (!output.IsJson) output.Result(TaskLine.Header, header => header);
        if (all)
        {
            await foreach (var task in loop.AllTasksAsync(onSilent: Warn, cancellationToken: cancellationToken)) Show(task);
        }
        else
        {
            var (oldest, live) = await FindOldestAsync(DefaultCount, Warn, cancellationToken);
            foreach (var task in oldest) Show(task);
            if (live > oldest.Count) output.Say(string.Create(CultureInfo.InvariantCulture, $"{live - oldest.Count:N0} younger tasks are not shown; --all lists them"));
        }
        return _isIncomplete ? ExitCodes.PartlyFailed : ExitCodes.Done;
    }

    private void Show(ClusterTaskInfo task) => output.Result(TaskLine.Of(task), line => line.ToString());

    private void Warn(SilentLoop silent)
    {
        _isIncomplete = true;
        output.Say($"oa: {silent}; its tasks are not shown");
    }

    /// <summary>Finds the oldest tasks: those of each loop, of which the oldest are taken.</summary>
    /// <param name="count">How many.</param>
    /// <param name="onSilent">Is told of loops that did not answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(List<ClusterTaskInfo> Oldest, long Live)> FindOldestAsync(int count, Action<SilentLoop> onSilent, CancellationToken cancellationToken)
    {
        List<ClusterTaskInfo> tasks = [];
        var live = 0L;
        var query = new TaskQuery(0, count, 0);
        await foreach (var (_, page) in new LoopSurvey(ClusterLoop.From(loop), onSilent, cancellationToken).AskAllAsync(grain => grain.ListTasksAsync(query)))
        {
            tasks.AddRange(page.Tasks);
            live += page.Live;
        }
        return ([.. tasks.OrderByDescending(task => task.Age).Take(count)], live);
    }
}
