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

    public string Id => id;

    /// <summary>The owner of tasks that it is of.</summary>
    public string Owner { get; } = id[..id.LastIndexOf('!')];

    /// <summary>Its requests that wait or hold something, by number.</summary>
    public Dictionary<long, RemoteRequest> Live { get; } = [];

    /// <summary>The answers that it has not acknowledged.</summary>
    public Queue<PrimitiveAnswer> Answers { get; } = [];

    /// <summary>How many answers it was given, ever, that may be seen: what they tell is stored.</summary>
    public long Visible { get; set; }

    /// <summary>The messages of it whose replies will bring what can be seen by then: no poll need.</summary>
    public int Calls { get; set; }

    /// <summary>Lets answers be seen.</summary>
    /// <param name="given">How many of those it was given, ever.</param>
    public void Show(long given)
    {
        if (given > Visible) Visible = given;
        if (Calls == 0 && HasNews) Wake();
    }

    /// <summary>The answers that it has not acknowledged and that say what was done; what is held, its holder tells of.</summary>
    public ImmutableArray<PrimitiveAnswer> Settled => [.. Answers.Where(answer => !answer.IsHeld)];

    /// <summary>How many answers it was given, ever.</summary>
    public long Given => FirstAnswer - 1 + Answers.Count;

    /// <summary>The number of the first that it has not acknowledged.</summary>
    public long FirstAnswer { get; private set; } = 1;

    /// <summary>The last operation that was applied.</summary>
    public long Applied { get; set; }

    public long LastHeard { get; set; }

    /// <summary>Whether it was silent for too long. It is remembered for a while, as it must be told.</summary>
    public bool IsExpired { get; set; }

    /// <summary>Whether there are answers that it may see and has not acknowledged.</summary>
    public bool HasNews => Visible >= FirstAnswer;

    /// <summary>
    /// The answers to send. All go with each reply until they are acknowledged: which of the replies are heard, nobody knows here. What does not fit is fetched by a
    /// poll that acknowledges the others.
    /// </summary>
    public ImmutableArray<PrimitiveAnswer> Unacknowledged
    {
        get
        {
            if (!HasNews) return [];
            var count = (int)Math.Min(Visible - FirstAnswer + 1, MaxAnswers);
            var answers = ImmutableArray.CreateBuilder<PrimitiveAnswer>(count);
            var bytes = 0;
            foreach (var answer in Answers)
            {
                if (answers.Count == count || bytes > MaxBytes) break;
                answers.Add(answer);
                foreach (var item in answer.Items ?? []) bytes += item.Length;
            }
            return answers.DrainToImmutable();
        }
    }

    public void Acknowledge(long answer)
    {
        for (; FirstAnswer <= answer && Answers.Count > 0; FirstAnswer++) Answers.Dequeue();
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
