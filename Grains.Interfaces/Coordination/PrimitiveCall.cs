namespace OrleansAsync.Coordination;

/// <summary>A request as its asker has it: the answer to wait for, and then what is held.</summary>
internal sealed class PrimitiveCall(int verb, long argument, IReadOnlyList<object>? items, PrimitiveCall? target)
{
    private readonly TaskCompletionSource<Answer> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<Answer>? _wait;
    private CancellationTokenSource? _lost;
    private bool _isLost;

    public int Verb => verb;

    public long Argument => argument;

    public IReadOnlyList<object>? Items => items;

    public PrimitiveCall? Target => target;

    /// <summary>As <see cref="Request.Part"/>.</summary>
    public string? Part { get; init; }

    /// <summary>Whether what it holds stays with the process when the task that asked ends well: another may give it back.</summary>
    public bool OutlivesTask { get; init; }

    /// <summary>The answer. It fails only if the primitive cannot be reached for good.</summary>
    public Task<Answer> Answered => _answered.Task;

    /// <summary>Whether <see cref="Lost"/> has fired.</summary>
    public bool IsLost
    {
        get
        {
            lock (_answered) return _isLost;
        }
    }

    /// <summary>Fires once what it holds may be granted to others.</summary>
    public CancellationToken Lost
    {
        get
        {
            lock (_answered)
            {
                if (_isLost) return new CancellationToken(true);
                return (_lost ??= new CancellationTokenSource()).Token;
            }
        }
    }

    /// <summary>What its user has of what it holds.</summary>
    public Lease? Lease { get; set; }

    /// <summary>For whoever carries the call: its state there.</summary>
    public object? Carrier { get; set; }

    public bool TrySetAnswer(Answer answer)
    {
        if (!_answered.TrySetResult(answer)) return false;
        lock (_answered) _wait?.TrySetResult(answer);
        return true;
    }

    public bool TryFail(Exception error)
    {
        if (!_answered.TrySetException(error)) return false;
        lock (_answered) _wait?.TrySetException(error);
        return true;
    }

    /// <summary>
    /// Waits for the answer, one wait at a time. <c>Answered.WaitAsync</c> would go over the thread pool, and so those who are answered one after the
    /// other could go on in another order on their loop.
    /// </summary>
    /// <param name="canceled">Ends the wait.</param>
    /// <param name="givenUp">Ends it, too.</param>
    public async Task<Answer> WaitAsync(CancellationToken canceled, CancellationToken givenUp)
    {
        var wait = new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_answered)
        {
            if (_answered.Task.IsCompleted) wait.SetFromTask(_answered.Task);
            else _wait = wait;
        }
        await using var first = canceled.UnsafeRegister(static (waiting, token) => ((TaskCompletionSource<Answer>)waiting!).TrySetCanceled(token), wait);
        await using var second = givenUp.UnsafeRegister(static (waiting, token) => ((TaskCompletionSource<Answer>)waiting!).TrySetCanceled(token), wait);
        return await wait.Task;
    }

    public void Lose()
    {
        CancellationTokenSource? lost;
        lock (_answered) (_isLost, lost) = (true, _lost);
        lost?.Cancel();
    }
}
