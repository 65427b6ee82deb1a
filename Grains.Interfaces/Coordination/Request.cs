namespace OrleansAsync.Coordination;

/// <summary>What somebody asks of a primitive: to acquire it, to wait for it, to put items into it.</summary>
/// <param name="verb">What is asked: a member of the core's own enumeration.</param>
/// <param name="argument">A number that belongs to it.</param>
/// <param name="items">Items that belong to it: what travels through a queue.</param>
internal class Request(int verb, long argument = 0, IReadOnlyList<object>? items = null)
{
    public int Verb => verb;

    public long Argument => argument;

    public IReadOnlyList<object> Items => items ?? [];

    /// <summary>Another request that it refers to: the hold that a condition's wait gives up, the wait that it ends.</summary>
    public virtual Request? Target { get; init; }

    /// <summary>Which of several things of the primitive it is about: a condition of a lock.</summary>
    public virtual string? Part { get; init; }

    /// <summary>The task or process that asks, as people are shown it.</summary>
    public virtual string? Asker { get; init; }

    /// <summary>Whose it is, for cores that tell one process from another; null in a local form.</summary>
    public virtual object? Session => null;

    /// <summary>Its place among all requests, in the order they came; kept when it is asked again after a loss.</summary>
    public long Arrival { get; set; }

    /// <summary>Whether it was asked of an activation that was lost, unanswered.</summary>
    public bool IsRestored { get; init; }

    /// <summary>Whether that activation had stored what the request changes, so that it is answered without being done again.</summary>
    public bool IsStored { get; init; }

    /// <summary>Whether the core has answered it.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Whether its answer left something with the asker that comes back by <see cref="PrimitiveCore.Withdraw"/>: a permit, items that are not done.</summary>
    public bool IsHeld
    {
        get;
        set
        {
            var isOver = field && !value;
            field = value;
            if (isOver) OnGivenBack();
        }
    }

    public Answer Answer { get; private set; }

    /// <summary>For the core: where it keeps the request.</summary>
    public object? Place { get; set; }

    /// <summary>Answers it, once.</summary>
    public void SetAnswer(Answer answer, bool isHeld)
    {
        if (IsAnswered) throw new InvalidOperationException("A request is answered once.");
        (IsAnswered, IsHeld, Answer) = (true, isHeld, answer);
        OnAnswered();
    }

    /// <summary>Passes the answer on. It must not call the core.</summary>
    protected virtual void OnAnswered() { }

    /// <summary>Notes that it holds nothing any more. It must not call the core.</summary>
    protected virtual void OnGivenBack() { }
}
