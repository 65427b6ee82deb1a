using System.Collections.Immutable;
using OrleansAsync.Coordination.Protocol;

namespace OrleansAsync.Coordination;

/// <summary>A process, or an event loop, as a primitive knows it: what it waits for and holds, and the answers it may not have got.</summary>
/// <param name="id">Its id; it begins with that of the owner of its tasks.</param>
internal sealed class Session(string id)
{
    private const int MaxAnswers = 4096;
    private const int MaxBytes = 512 * 1024;

    private TaskCompletionSource _wake = NewWake();
    private long _firstAnswer = 1;
    private int _sent;

    public string Id => id;

    /// <summary>The owner of tasks that it is of.</summary>
    public string Owner { get; } = id[..id.LastIndexOf('!')];

    /// <summary>Its requests that wait or hold something, by number.</summary>
    public Dictionary<long, RemoteRequest> Live { get; } = [];

    /// <summary>The answers that it has not acknowledged.</summary>
    public Queue<PrimitiveAnswer> Answers { get; } = [];

    /// <summary>How many answers it was given, ever, that may be seen: what they tell is stored.</summary>
    public long Visible { get; set; }

    /// <summary>Lets answers be seen.</summary>
    /// <param name="given">How many of those it was given, ever.</param>
    /// <param name="isCalling">Whether they go with the reply to its message, so that no poll need bring them.</param>
    public void Show(long given, bool isCalling)
    {
        if (given > Visible) Visible = given;
        if (!isCalling && HasNews) Wake();
    }

    /// <summary>The answers that it has not acknowledged and that say what was done; what is held, its holder tells of.</summary>
    public ImmutableArray<PrimitiveAnswer> Settled => [.. Answers.Where(answer => !answer.IsHeld)];

    /// <summary>How many answers it was given, ever.</summary>
    public long Given => _firstAnswer - 1 + Answers.Count;

    /// <summary>The last operation that was applied.</summary>
    public long Applied { get; set; }

    public long LastHeard { get; set; }

    /// <summary>Whether it was silent for too long. It is remembered for a while, as it must be told.</summary>
    public bool IsExpired { get; set; }

    /// <summary>Whether there are answers that were not sent.</summary>
    public bool HasNews => Visible >= _firstAnswer + _sent;

    public void Acknowledge(long answer, bool repeats)
    {
        for (; _firstAnswer <= answer && Answers.Count > 0; _firstAnswer++)
        {
            Answers.Dequeue();
            if (_sent > 0) _sent--;
        }
        if (repeats) _sent = 0;
    }

    /// <summary>Takes answers to send, and tells the number of the first.</summary>
    public (long First, ImmutableArray<PrimitiveAnswer> Answers) Take()
    {
        var first = _firstAnswer + _sent;
        if (!HasNews) return (first, []);
        var count = (int)Math.Min(Visible - first + 1, MaxAnswers);
        var answers = ImmutableArray.CreateBuilder<PrimitiveAnswer>(count);
        var bytes = 0;
        foreach (var answer in Answers.Skip(_sent))
        {
            if (answers.Count == count || bytes > MaxBytes) break;
            answers.Add(answer);
            foreach (var item in answer.Items ?? []) bytes += item.Length;
        }
        _sent += answers.Count;
        return (first, answers.DrainToImmutable());
    }

    /// <summary>What a poll waits for. A newer poll takes the place of one whose caller gave up.</summary>
    public Task NextNews()
    {
        Wake();
        return _wake.Task;
    }

    /// <summary>Lets a waiting poll return.</summary>
    public void Wake()
    {
        _wake.TrySetResult();
        _wake = NewWake();
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
