using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using OrleansAsync.Execution.Protocol;

namespace OrleansAsync.Execution;

/// <summary>
/// The owner's end of a channel to one loop, for all tasks this process or activation owns there. Tasks gather in an outbox; a pump sends
/// what has gathered whenever its last batch was answered, and a poll brings the outcomes back.
/// </summary>
internal sealed partial class TaskChannel(TaskOwner owner, string key, string sender) : TaskPlace
{
    // How often something unreadable is tried: silos and programs of versions that do not fit never get further.
    private const int MaxUnreadable = 5;

    private readonly Lock _gate = new();
    private readonly Queue<OwnedTask> _outbox = [];
    private readonly Dictionary<long, OwnedTask> _live = [];

    // Which live tasks were asked to end: if their loop is lost they are not started again.
    private readonly Dictionary<long, string?> _cancelled = [];
    private readonly IEventLoopGrain _loop = owner.Grains.GetGrain<IEventLoopGrain>(key);
    private List<CancelRequest> _cancels = [];
    private string? _incarnation;
    private int? _window;
    private bool _pumping;
    private bool _polling;
    private bool _submitting;
    private volatile bool _isLost;
    private volatile bool _isLeaving;

    /// <summary>The loop's key.</summary>
    public override string Key => key;

    public override string Sender => sender;

    /// <summary>Whether the loop, or the channel's lease there, is gone.</summary>
    public bool IsLost => _isLost;

    /// <summary>Whether the loop's silo is shutting down: it takes no more tasks.</summary>
    public bool IsLeaving => _isLeaving;

    public bool IsIdle
    {
        get
        {
            lock (_gate) return _isLost || (!_pumping && _live.Count == 0 && _outbox.Count == 0);
        }
    }

    /// <summary>How many tasks the loop has not admitted yet.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _outbox.Count;
        }
    }

    /// <summary>The tasks that have not ended.</summary>
    public OwnedTask[] Unfinished
    {
        get
        {
            lock (_gate) return [.. _live.Values, .. _outbox.Where(task => !task.IsCompleted)];
        }
    }

    public bool TryEnqueue(OwnedTask task)
    {
        lock (_gate)
        {
            if (_isLost || _isLeaving) return false;
            if (!task.TryPlace(this)) return true;
            _outbox.Enqueue(task);
            if (_pumping) return true;
            _pumping = true;
        }
        owner.Start(PumpAsync);
        return true;
    }

    /// <summary>Requests a cancel; tells whether the task was still live at its loop. Null if the task is another channel's now.</summary>
    public override Task<bool>? CancelAsync(OwnedTask task, string? message)
    {
        CancelRequest request;
        lock (_gate)
        {
            if (task.Channel != this) return null;
            // It runs nowhere: it ends here without its body ever starting.
            if (_isLost || task.Serial == 0) return task.TryCancelAt(this, message) ? Task.FromResult(true) : null;
            if (!_live.ContainsKey(task.Serial)) return Task.FromResult(false);
            _cancelled[task.Serial] = message;
            request = new CancelRequest(task, message);
            _cancels.Add(request);
            if (_pumping) return request.Task;
            _pumping = true;
        }
        owner.Start(PumpAsync);
        return request.Task;
    }

    /// <summary>Ends the channel and gives its tasks to other loops.</summary>
    public void Lose()
    {
        if (!TryEnd(out var live, out var waiting)) return;
        if (live.Length > 0) LogLost(owner.Logger, key, live.Length);
        owner.Replace([.. live.Select(task => (task, Relocation.Lost)), .. waiting.Select(task => (task, Relocation.NotStarted))]);
    }

    /// <summary>Sends the loop nothing more to start; what it has comes back as outcomes, each when its cleanup has ended.</summary>
    private void Leave()
    {
        OwnedTask[] waiting;
        lock (_gate)
        {
            if (_isLeaving || _isLost) return;
            _isLeaving = true;
            waiting = [.. _outbox.Where(task => !task.IsCompleted)];
            _outbox.Clear();
        }
        owner.Avoid(this);
        owner.Replace(waiting.Select(task => (task, Relocation.NotStarted)));
    }

    /// <summary>Ends the channel and its tasks: this owner was silent for too long, and the loop has cancelled them.</summary>
    private void Expire()
    {
        if (!TryEnd(out var live, out var waiting)) return;
        if (live.Length > 0) LogExpired(owner.Logger, key, live.Length);
        owner.Renew();
        foreach (var task in live)
        {
            task.Fail(new OwnerExpiredException($"Task {task.Id} was cancelled: its owner {owner.Id} was silent for longer than its lease at loop {key}. Start it again if it may run twice."));
        }
        owner.Replace(waiting.Select(task => (task, Relocation.NotStarted)));
    }

    /// <summary>Ends the channel and its tasks: repeating what one side cannot read would never end.</summary>
    private void Refuse(SerializerException cause)
    {
        if (!TryEnd(out var live, out var waiting)) return;
        foreach (var task in live.Concat(waiting))
        {
            task.Fail(new IncompatibleVersionException(
                $"Task {task.Id} cannot be given to loop {key}: the silo and this program (OrleansAsync {Versions.Own}) do not understand each other's messages: {cause.Message} Deploy versions that fit.", cause));
        }
    }

    /// <summary>Ends the channel and its tasks: the owner is closed, and the loops have cancelled what it had there.</summary>
    public void Close()
    {
        if (!TryEnd(out var live, out var waiting)) return;
        foreach (var task in live.Concat(waiting)) task.Cancel($"Its owner {owner.Id} was closed.");
    }

    /// <summary>Ends the channel if it has nothing to do; what comes then goes over another.</summary>
    public bool TryRetire()
    {
        lock (_gate)
        {
            if (_isLost || !IsIdle) return false;
            _isLost = true;
            return true;
        }
    }

    private bool TryEnd(out OwnedTask[] live, out OwnedTask[] waiting)
    {
        List<CancelRequest> cancels;
        List<(OwnedTask Task, string? Message)> cancelled = [];
        lock (_gate)
        {
            if (_isLost)
            {
                (live, waiting) = ([], []);
                return false;
            }
            _isLost = true;
            foreach (var (serial, message) in _cancelled)
            {
                if (_live.Remove(serial, out var task)) cancelled.Add((task, message));
            }
            (live, waiting) = ([.. _live.Values], [.. _outbox.Where(task => !task.IsCompleted)]);
            _live.Clear();
            _outbox.Clear();
            (cancels, _cancels) = (_cancels, []);
        }
        foreach (var (task, message) in cancelled) task.Cancel(message);
        foreach (var cancel in cancels) cancel.TrySetResult(true);
        return true;
    }

    /// <summary>Repeats a call until it is answered; null once the loop is known to be lost, or the owner is abandoned.</summary>
    private async Task<T?> RepeatAsync<T>(Func<Task<T>> call) where T : class
    {
        var triesLeft = MaxUnreadable;
        for (var pause = TimeSpan.FromMilliseconds(50); !_isLost && !owner.IsAbandoned; pause = pause < TimeSpan.FromSeconds(1) ? pause * 2 : pause)
        {
            try
            {
                return await owner.AnswerAsync(call);
            }
            // An exception that cannot travel looks the same, and may be gone at the next try.
            catch (SerializerException e) when (--triesLeft == 0)
            {
                Refuse(e);
                return null;
            }
#pragma warning disable CA1031 // timeout, rejection, lost silo or lost gateway: all messages may be repeated, and only the set of loops tells that one is lost
            catch (Exception e) when (!owner.Stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogRepeat(owner.Logger, key, e);
                owner.EnsureRefreshing();
                if (e is not ConnectionLostException) await owner.PauseAsync(pause, owner.Stopping);
            }
        }
        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Loop {Loop} is lost with {Live} tasks.")]
    private static partial void LogLost(ILogger logger, string loop, int live);

    [LoggerMessage(Level = LogLevel.Error, Message = "The lease at loop {Loop} has expired; its {Live} tasks were cancelled there.")]
    private static partial void LogExpired(ILogger logger, string loop, int live);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A message to loop {Loop} was not answered; repeating it.")]
    private static partial void LogRepeat(ILogger logger, string loop, Exception exception);

    private sealed class CancelRequest(OwnedTask task, string? message) : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously), ITaskObserver
    {
        public long Serial { get; } = task.Serial;
        public string? Message => message;

        /// <summary>Takes the loop's answer. A task that had ended there is on its way here; if it was handed back, the cancel ends it after all.</summary>
        public void Answer(bool isRequested)
        {
            if (isRequested) TrySetResult(true);
            else task.Observe(this);
        }

        public void OnEnded(OwnedTask ended) => TrySetResult(ended.IsCanceled);
    }
}
