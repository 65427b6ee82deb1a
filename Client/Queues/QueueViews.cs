using OrleansAsync.Commands;
using OrleansAsync.Coordination;
using OrleansAsync.Coordination.Protocol;
using OrleansAsync.Hosting;

namespace OrleansAsync.Queues;

/// <summary>Shows and deletes queues that have a name.</summary>
/// <param name="grains">The way to the cluster.</param>
/// <param name="output">Where to show them.</param>
internal sealed class QueueViews(IGrainFactory grains, Output output)
{
    private const int Page = 50;

    /// <summary>Shows all.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> ListAsync(CancellationToken cancellationToken)
    {
        if (!output.IsJson) output.Result(QueueLine.Header, header => header);
        var directory = grains.GetGrain<IPrimitiveDirectoryGrain>(0);
        for (var last = ""; last is not null;)
        {
            var names = await directory.ListAsync(QueueSettings.KindName, last, Page).WaitAsync(cancellationToken);
            // A queue may be deleted meanwhile.
            foreach (var info in await Task.WhenAll(names.Select(name => Find(name).GetInfoAsync())).WaitAsync(cancellationToken))
            {
                if (info is not null) output.Result(QueueLine.Of(info), line => line.ToString());
            }
            last = names.Length == Page ? names[^1] : null;
        }
        return ExitCodes.Done;
    }

    /// <summary>Shows one with those who have its items and those who wait.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ProgramException">There is no such queue.</exception>
    public async Task<int> ShowAsync(string name, CancellationToken cancellationToken)
    {
        var info = await Find(name).GetInfoAsync().WaitAsync(cancellationToken) ?? throw None(name);
        output.Result(QueueDetails.Of(info), details => details.ToString());
        return ExitCodes.Done;
    }

    /// <summary>Deletes one with its items.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ProgramException">There is no such queue.</exception>
    public async Task<int> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (!await Find(name).DeleteAsync().WaitAsync(cancellationToken)) throw None(name);
        output.Result(new { Deleted = name }, deleted => $"queue {deleted.Deleted} is deleted");
        return ExitCodes.Done;
    }

    private IQueueGrain Find(string name)
    {
        try
        {
            return grains.GetGrain<IQueueGrain>(PrimitiveKey.Format(QueueSettings.KindName, name));
        }
        catch (ArgumentException e)
        {
            throw ProgramException.Input(e.Message);
        }
    }

    private static ProgramException None(string name) => ProgramException.Failure($"there is no queue {name}; see oa queue list");
}
