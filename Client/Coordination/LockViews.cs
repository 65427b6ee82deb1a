using OrleansAsync.Commands;
using OrleansAsync.Coordination.Protocol;
using OrleansAsync.Hosting;

namespace OrleansAsync.Coordination;

/// <summary>Shows and deletes locks, semaphores, events and barriers that have a name.</summary>
/// <param name="grains">The way to the cluster.</param>
/// <param name="output">Where to show them.</param>
internal sealed class LockViews(IGrainFactory grains, Output output)
{
    /// <summary>The kinds, as <c>--kind</c> takes them.</summary>
    public static readonly string[] Kinds = [LockSettings.KindName, SemaphoreSettings.KindName, EventSettings.KindName, BarrierSettings.KindName];

    private const int Page = 50;

    /// <summary>Shows all.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> ListAsync(CancellationToken cancellationToken)
    {
        if (!output.IsJson) output.Result(LockLine.Header, header => header);
        foreach (var kind in Kinds)
        {
            for (var last = ""; last is not null;)
            {
                var names = await grains.GetGrain<IPrimitiveDirectoryGrain>(0).ListAsync(kind, last, Page).WaitAsync(cancellationToken);
                // One may be deleted meanwhile.
                foreach (var info in await Task.WhenAll(names.Select(name => Find(kind, name).GetInfoAsync())).WaitAsync(cancellationToken))
                {
                    if (info is not null) output.Result(LockLine.Of(info), line => line.ToString());
                }
                last = names.Length == Page ? names[^1] : null;
            }
        }
        return ExitCodes.Done;
    }

    /// <summary>Shows one with those who hold it and those who wait.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kind">What it is; <see langword="null"/> if only one is called so.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ProgramException">There is none, or there are several.</exception>
    public async Task<int> ShowAsync(string name, string? kind, CancellationToken cancellationToken)
    {
        var (_, info) = await FindAsync(name, kind, cancellationToken);
        output.Result(LockDetails.Of(info), details => details.ToString());
        return ExitCodes.Done;
    }

    /// <summary>Deletes one: holders lose it, and whoever waits gets an error.</summary>
    /// <inheritdoc cref="ShowAsync" path="/param|/returns|/exception"/>
    public async Task<int> DeleteAsync(string name, string? kind, CancellationToken cancellationToken)
    {
        var (grain, info) = await FindAsync(name, kind, cancellationToken);
        if (!await grain.DeleteAsync().WaitAsync(cancellationToken)) throw None(name);
        output.Result(new { Deleted = name, info.Kind }, deleted => $"{deleted.Kind} {deleted.Deleted} is deleted");
        return ExitCodes.Done;
    }

    private async Task<(ICoordinationGrain Grain, PrimitiveInfo Info)> FindAsync(string name, string? kind, CancellationToken cancellationToken)
    {
        List<(ICoordinationGrain Grain, PrimitiveInfo Info)> found = [];
        foreach (var each in Kinds.Where(each => kind is null || each == kind))
        {
            var grain = Find(each, name);
            if (await grain.GetInfoAsync().WaitAsync(cancellationToken) is { } info) found.Add((grain, info));
        }
        return found switch
        {
            [var only] => only,
            [] => throw None(name),
            _ => throw ProgramException.Input($"{name} is the name of {string.Join(" and ", found.Select(each => $"a {each.Info.Kind}"))}; give --kind"),
        };
    }

    private ICoordinationGrain Find(string kind, string name)
    {
        try
        {
            return grains.GetGrain<ICoordinationGrain>(PrimitiveKey.Format(kind, name));
        }
        catch (ArgumentException e)
        {
            throw ProgramException.Input(e.Message);
        }
    }

    private static ProgramException None(string name) => ProgramException.Failure($"there is no lock, semaphore, event or barrier {name}; see oa lock list");
}
