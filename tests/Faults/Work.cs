using OrleansAsync.Execution;
using OrleansAsync.Tasks;

namespace OrleansAsync.Faults;

/// <summary>A task to be lost: awaits a gate and a while, or children that do, and returns its number.</summary>
/// <param name="Number">What it returns.</param>
[GenerateSerializer, Immutable, Alias("oa.faults.work")]
public sealed record Work([property: Id(0)] long Number) : Coroutine<long>
{
    /// <summary>Gets where it notes what happens to it; nowhere if <see langword="null"/>.</summary>
    [Id(1)]
    public string? Journal { get; init; }

    /// <summary>Gets how long it sleeps.</summary>
    [Id(2)]
    public TimeSpan Nap { get; init; }

    /// <summary>Gets the file it waits for before it sleeps; none if <see langword="null"/>.</summary>
    [Id(3)]
    public string? Gate { get; init; }

    /// <summary>Gets how many children it has, which do the same; loops are taken in turn, so they run elsewhere. Their numbers are negative.</summary>
    [Id(4)]
    public int Children { get; init; }

    /// <summary>Gets whether its children are left running when it is cancelled, as nothing in it awaits them then.</summary>
    [Id(5)]
    public bool LeavesChildren { get; init; }

    internal Work[] MakeChildren() => [.. Enumerable.Range(1, Children).Select(index => this with { Number = -(Number * Children) - index, Children = 0 })];
}

internal sealed class WorkBody : CoroutineBody<Work, long>
{
    protected override async Task<long> RunAsync(Work coroutine, IClusterLoop loop)
    {
        var journal = new Journal(coroutine.Journal);
        journal.Add(coroutine.Number, loop.Attempt, JournalEvent.Started);
        try
        {
            var children = coroutine.MakeChildren();
            var tasks = children.Select(child => loop.CreateTask(child)).ToArray();
            if (coroutine.Children == 0 || coroutine.LeavesChildren)
            {
                if (coroutine.Gate is { } gate) await loop.Await(token => Gate.OpenedAsync(gate).WaitAsync(token));
                await loop.SleepAsync(coroutine.Nap);
            }
            var results = await loop.GatherAsync(tasks);
            if (!results.SequenceEqual(children.Select(child => child.Number)))
                throw new InvalidOperationException($"The children of {loop.TaskId} returned {string.Join(", ", results)}.");
        }
        catch (OperationCanceledException)
        {
            // A cleanup that takes more than a moment.
            await loop.SleepAsync(TimeSpan.FromMilliseconds(20));
            journal.Add(coroutine.Number, loop.Attempt, JournalEvent.CleanedUp);
            throw;
        }
        journal.Add(coroutine.Number, loop.Attempt, JournalEvent.Ended);
        return coroutine.Number;
    }
}
