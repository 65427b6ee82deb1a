namespace OrleansAsync.Execution.Executors;

/// <content>One thread.</content>
internal sealed partial class WorkerThreads
{
    /// <summary>A thread, and what it keeps from one call to the next.</summary>
#pragma warning disable CA1001 // the thread itself disposes it at its end
    internal sealed class Worker(WorkerThreads owner, int number)
#pragma warning restore CA1001
    {
        private readonly SemaphoreSlim _wake = new(0);

        public int Number => number;

        /// <summary>Is disposed when the thread ends.</summary>
        public IDisposable? Kept { get; set; }

        public void Start(string name)
        {
            // It must not take over the context of whoever made the first call.
            using var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
            new Thread(Run) { IsBackground = true, Name = name }.Start();
        }

        public void Wake() => _wake.Release();

        private void Run()
        {
            Call? call = null;
            do
            {
                do
                {
                    var ended = call;
                    call = owner.Next(this, ended);
                    // Only now that the thread is free again: one call after another needs one thread.
                    ended?.Complete();
                    call?.Run(this);
                }
                while (call is not null || !IsOver());
                Kept?.Dispose();
                Kept = null;
            }
            while (!owner.TryEnd());
            _wake.Dispose();
        }

        /// <summary>Waits for a call; true if none comes.</summary>
        private bool IsOver()
        {
            if (owner._isDisposed) return true;
            if (_wake.Wait(owner._idleTimeout)) return false;
            if (owner.TryRetire(this)) return true;
            _wake.Wait();
            return false;
        }
    }
}
