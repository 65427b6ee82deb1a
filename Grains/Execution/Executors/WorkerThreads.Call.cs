namespace OrleansAsync.Execution.Executors;

/// <content>One call.</content>
internal sealed partial class WorkerThreads
{
    private abstract class Call
    {
        /// <summary>Its place in the queue; null if it is not there.</summary>
        public LinkedListNode<Call>? Place { get; set; }

        /// <summary>Whether a thread has taken it.</summary>
        public bool IsRunning { get; set; }

        public abstract void Cancel();

        public abstract void Run(Worker worker);

        public abstract void Complete();
    }

#pragma warning disable CA1001 // the source has neither timer nor parent, so nothing to release
    private sealed class Call<T>(WorkerThreads owner, Type body, Func<Worker, CancellationToken, T> code, bool endsWithThread, CancellationToken cancellationToken) : Call
#pragma warning restore CA1001
    {
        private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _cancel = new();
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private CancellationTokenRegistration _registration;
        private T? _result;
        private Exception? _error;

        public Task<T> Task => _source.Task;

        /// <summary>Whether it was cancelled before it came into the queue.</summary>
        public bool IsCanceled { get; private set; }

        public void Listen() => _registration = cancellationToken.UnsafeRegister(static call => ((Call)call!).Cancel(), this);

        public override void Cancel()
        {
            bool hasStarted;
            lock (owner._gate)
            {
                IsCanceled = true;
                hasStarted = IsRunning;
                if (Place is not null) owner.Dequeue(this);
            }
            // Cancelled before its code is told: what the code returns because of that comes too late.
            if (!hasStarted || !(endsWithThread || owner._isLeaving)) _source.TrySetCanceled(cancellationToken);
            // What listens to the token is the user's code, and may take its time: not in the turn of whoever cancels.
            if (hasStarted) _ = _cancel.CancelAsync();
        }

        public override void Run(Worker worker)
        {
            if (_context is null) Execute(worker);
            else ExecutionContext.Run(_context, static state => ((Action)state!)(), (Action)(() => Execute(worker)));
        }

        public override void Complete()
        {
            _registration.Unregister();
            if (_error is null) _source.TrySetResult(_result!);
            else if (!_source.TrySetException(_error) && _error is not OperationCanceledException) LogLateFailure(owner._logger, body.Name, _error);
        }

        private void Execute(Worker worker)
        {
            // Its context is a copy of the task's, but it is not the task: it has no turns, and creates nothing in the task's name.
            ClusterLoop.Current = null;
            TurnWatch.Leave();
            try
            {
                _result = code(worker, _cancel.Token);
            }
#pragma warning disable CA1031 // whatever it throws is the outcome of the call
            catch (Exception e)
#pragma warning restore CA1031
            {
                _error = e;
            }
        }
    }
}
