namespace OrleansAsync.Execution;

/// <summary>Holds up the shutdown of a silo, while it is still a full member of the cluster, until its loops have handed their tasks back.</summary>
internal sealed class EventLoopDrain : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly Lock _gate = new();
    private readonly HashSet<Func<Task>> _loops = [];
    private bool _isLeaving;

    /// <summary>Adds a loop, which leaves at once if the silo does; disposing the registration removes it.</summary>
    /// <param name="leave">Makes the loop leave.</param>
    public IDisposable Add(Func<Task> leave)
    {
        bool isLeaving;
        lock (_gate)
        {
            _loops.Add(leave);
            isLeaving = _isLeaving;
        }
        if (isLeaving) _ = leave();
        return new Registration(this, leave);
    }

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(EventLoopDrain), ServiceLifecycleStage.Active, _ => Task.CompletedTask, LeaveAsync);

    private Task LeaveAsync(CancellationToken cancellationToken)
    {
        Func<Task>[] loops;
        lock (_gate) (loops, _isLeaving) = ([.. _loops], true);
        return Task.WhenAll(loops.Select(leave => leave())).WaitAsync(cancellationToken);
    }

    private sealed class Registration(EventLoopDrain drain, Func<Task> leave) : IDisposable
    {
        public void Dispose()
        {
            lock (drain._gate) drain._loops.Remove(leave);
        }
    }
}
