namespace OrleansAsync.Execution;

/// <content>
/// asyncio's rules for cancelling: a request goes to what the task awaits right now; if nothing can take it, the next cancel point does. It is
/// delivered once. In C# a cancelled token stays cancelled, so the token is replaced when the cancel was delivered.
/// The lock is for timeout scopes of clients; a task's own calls all come from turns of its loop. It is `this`, as a million tasks hold one.
/// </content>
internal partial class ClusterLoop
{
    private static readonly Task<bool> Taken = Task.FromResult(true);

    private List<Waiter>? _waiters;
    private CancellationTokenSource? _source;
    private string? _cancelMessage;
    private int _delivered;
    private bool _mustCancel;
    private bool _tokenWasRead;
    private bool _ended;

    /// <summary>How many cancels were requested and not taken back.</summary>
    public int Cancelling { get; private set; }

    public CancellationToken CancellationToken
    {
        get
        {
            // In the block of a timeout it is the block's.
            if (Current is { _outer: { } root } block && root == this) return block.CancellationToken;
            if (!IsCancellable) return default;
            lock (this)
            {
                _tokenWasRead = true;
                return Token();
            }
        }
    }

    /// <summary>Requests cancellation; false once the task has ended.</summary>
    public bool Cancel(string? message)
    {
        CancellationTokenSource? source;
        lock (this)
        {
            if (_ended) return false;
            Cancelling++;
            _cancelMessage = message;
            source = _source;
        }
        // A wait that is cancelled may go on inside the call that cancels it, and wait for something else by then; in a client other
        // threads do, too. So each wait is marked before it is asked, and if none takes the cancel, those that came meanwhile are asked.
        List<Waiter> asked = [];
        for (var passedOn = false; !passedOn;)
        {
            Waiter[] waiters;
            lock (this)
            {
                waiters = _waiters is null ? [] : [.. _waiters.Except(asked)];
                _mustCancel = waiters.Length == 0;
            }
            if (waiters.Length == 0) break;
            asked.AddRange(waiters);
            foreach (var waiter in waiters) passedOn |= PassOn(waiter, message);
        }
        source?.Cancel();
        return true;
    }

    private bool PassOn(Waiter waiter, string? message)
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool>? before;
        lock (this)
        {
            if (waiter.HasEnded) return false;
            before = waiter.Taken;
            waiter.Taken = answer.Task;
            if (before is null) (waiter.Message, waiter.DeliveredBefore) = (message, _delivered);
        }
        var taken = waiter.Cancel(message);
        var isRefused = taken is { IsCompletedSuccessfully: true, Result: false };
        lock (this)
        {
            if (isRefused && !waiter.HasEnded) waiter.Taken = before;
        }
        if (taken.IsCompletedSuccessfully && (taken.Result || before is null)) answer.SetResult(taken.Result);
        else _ = AnswerAsync();
        // What was cancelled before, and has not gone on since, needs no second cancel.
        return !isRefused || before is not null;

        async Task AnswerAsync() => answer.SetResult(await taken | (before is not null && await before));
    }

    /// <summary>Takes one request back; at zero the task is as if never cancelled.</summary>
    public int Uncancel()
    {
        lock (this)
        {
            if (Cancelling > 0 && --Cancelling == 0 && _mustCancel) Delivered();
            return Cancelling;
        }
    }

    /// <summary>Whether a cancel was requested that nothing has shown to the code so far.</summary>
    public bool HasUnseenCancel(out string? message)
    {
        lock (this)
        {
            message = _cancelMessage;
            return _mustCancel && !_tokenWasRead;
        }
    }

    /// <summary>The message of a cancel that no wait has shown to the code; null if there is none.</summary>
    public string? PendingMessage
    {
        get
        {
            lock (this) return _mustCancel ? _cancelMessage : null;
        }
    }

    /// <summary>Waits for something that a cancel can be passed on to: a task, or a gather of tasks. No cancel point if it has ended, as in asyncio.</summary>
    /// <param name="completion">What to wait for.</param>
    /// <param name="cancel">Passes a cancel on; tells whether it was still in time.</param>
    /// <param name="kind">What it is.</param>
    public async Task<T> WaitAsync<T>(Task<T> completion, Func<string?, Task<bool>> cancel, WaitKind kind = WaitKind.Inside)
    {
        if (completion.IsCompleted) return await completion;
        var waiter = Enter(cancel, kind, out var pending, out var message);
        try
        {
            // A cancel that came while nothing was awaited goes to what is awaited first.
            if (pending)
            {
                var taken = cancel(message);
                if (taken is { IsCompletedSuccessfully: true, Result: false }) throw new ClusterTaskCanceledException(message);
                (waiter.Taken, waiter.DeliveredBefore) = (taken, _delivered);
            }
            var result = await completion;
            // The request may have crossed the outcome on its way: then nobody has seen the cancel yet.
            if (waiter.Taken is { } request && !await request) Redeliver(waiter);
            return result;
        }
        catch (Exception e) when (waiter.Taken is not null || e is OperationCanceledException)
        {
            if (e is OperationCanceledException) await SeeAsync(waiter);
            else if (!await waiter.Taken!) Redeliver(waiter);
            throw;
        }
        finally
        {
            Exit(waiter);
        }
    }

    /// <summary>Waits for an operation that takes a token: a cancel point.</summary>
    public Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> operation, WaitKind kind = WaitKind.Outside) => WaitAsync(operation, kind, static _ => Taken);

    /// <inheritdoc cref="WaitAsync{T}(Func{CancellationToken, Task{T}}, WaitKind)"/>
    /// <param name="operation">The operation.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="cancel">What the wait is known by; the token is what ends it.</param>
    private async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> operation, WaitKind kind, Func<string?, Task<bool>> cancel)
    {
        Waiter waiter;
        bool pending;
        string? message;
        CancellationToken token;
        lock (this)
        {
            waiter = Enter(cancel, kind, out pending, out message);
            token = pending ? default : Token();
        }
        try
        {
            if (pending) throw new ClusterTaskCanceledException(message);
            var result = await operation(token);
            if (waiter.Taken is not null) Redeliver(waiter);
            return result;
        }
        catch (Exception e) when (waiter.Taken is not null)
        {
            if (e is OperationCanceledException) await SeeAsync(waiter);
            else if (!IsFromCancel(e)) Redeliver(waiter);
            if (e is not OperationCanceledException or ClusterTaskCanceledException) throw;
            throw new ClusterTaskCanceledException(waiter.Message, e);
        }
        finally
        {
            Exit(waiter);
        }
    }

    /// <summary>The code is about to see a cancellation.</summary>
    private async Task SeeAsync(Waiter waiter)
    {
        // As in asyncio, the task never goes on inside the call that cancels it: all cancels until then are one to it.
        if (waiter.Taken is not null) await Task.Yield();
        // Whoever caused it: a cancel that could not be passed on has come to the same.
        lock (this)
        {
            if (_mustCancel) Delivered();
        }
    }

    private static bool IsFromCancel(Exception? exception) => exception is not null && (exception is OperationCanceledException || IsFromCancel(exception.InnerException));

    private Waiter Enter(Func<string?, Task<bool>> cancel, WaitKind kind, out bool pending, out string? message)
    {
        var waiter = new Waiter(cancel, kind);
        Note(kind, 1);
        lock (this)
        {
            (pending, message) = (_mustCancel, _cancelMessage);
            if (pending) Delivered();
            (_waiters ??= new(1)).Add(waiter);
        }
        return waiter;
    }

    private void Exit(Waiter waiter)
    {
        Note(waiter.Kind, -1);
        lock (this)
        {
            waiter.HasEnded = true;
            _waiters!.Remove(waiter);
            if (waiter.Taken is not null) Delivered();
        }
    }

    // The rules of cancelling alone need no owner.
    private void Note(WaitKind kind, int change)
    {
        if (kind != WaitKind.Block) Tasks?.VirtualTime?.OnWait(Root, kind, change);
    }

    /// <summary>What was awaited ended without noticing the cancel: the next cancel point gets it, unless it was taken back or another wait got it.</summary>
    private void Redeliver(Waiter waiter)
    {
        lock (this)
        {
            if (Cancelling == 0 || waiter.DeliveredBefore != _delivered) return;
            waiter.Taken = null;
            _mustCancel = true;
        }
    }

    private CancellationToken Token()
    {
        _source ??= new CancellationTokenSource();
        if (_mustCancel && !_source.IsCancellationRequested) _source.Cancel();
        return _source.Token;
    }

    private void Delivered()
    {
        _mustCancel = _tokenWasRead = false;
        _source = null;
        _delivered++;
    }

    private sealed class Waiter(Func<string?, Task<bool>> cancel, WaitKind kind)
    {
        public WaitKind Kind => kind;

        public Func<string?, Task<bool>> Cancel { get; } = cancel;

        /// <summary>Whether the cancel that was passed on was in time; null if none was.</summary>
        public Task<bool>? Taken { get; set; }

        /// <summary>The message of that cancel.</summary>
        public string? Message { get; set; }

        /// <summary>How many cancels had been delivered when that came: one wait inside another may get it.</summary>
        public int DeliveredBefore { get; set; }

        public bool HasEnded { get; set; }
    }
}
