using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <summary>asyncio's locks, semaphores, events, conditions and barriers, over the cluster and in one process.</summary>
public static partial class CoordinationLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Makes a handle of a new lock of the cluster, which belongs to the run: hand the handle on to let others use it.</summary>
        public ClusterLock Lock() => new(loop, PrimitiveReference.New(loop, new LockSettings()));

        /// <summary>Makes a handle of the lock of the cluster that has a name.</summary>
        /// <param name="name">1 to 200 characters without control characters, not beginning with <c>~</c>. All who use it share the lock.</param>
        /// <exception cref="ArgumentException">The name is not one.</exception>
        public ClusterLock Lock(string name) => new(loop, PrimitiveReference.Named(name, new LockSettings()));

        /// <summary>Makes a handle of a new semaphore of the cluster, which belongs to the run: hand the handle on to let others use it.</summary>
        /// <param name="permits">How many may hold it at the same time; 0 lets nobody in until somebody releases.</param>
        /// <exception cref="ArgumentOutOfRangeException">Less than none.</exception>
        public ClusterSemaphore Semaphore(int permits = 1) => new(loop, PrimitiveReference.New(loop, Permits(permits, false)));

        /// <summary>Makes a handle of the semaphore of the cluster that has a name.</summary>
        /// <param name="name">1 to 200 characters without control characters, not beginning with <c>~</c>. All who use it share the semaphore, and must give the same number.</param>
        /// <param name="permits">How many may hold it at the same time; 0 lets nobody in until somebody releases.</param>
        /// <exception cref="ArgumentException">The name is not one.</exception>
        /// <exception cref="ArgumentOutOfRangeException">Less than none.</exception>
        public ClusterSemaphore Semaphore(string name, int permits = 1) => new(loop, PrimitiveReference.Named(name, Permits(permits, false)));

        /// <summary>Makes a handle of a new semaphore of the cluster that can never have more permits, which belongs to the run.</summary>
        /// <inheritdoc cref="Semaphore(IClusterLoop, int)" path="/param|/exception"/>
        public ClusterBoundedSemaphore BoundedSemaphore(int permits = 1) => new(loop, PrimitiveReference.New(loop, Permits(permits, true)));

        /// <summary>Makes a handle of the semaphore of the cluster that has a name and can never have more permits.</summary>
        /// <inheritdoc cref="Semaphore(IClusterLoop, string, int)" path="/param|/exception"/>
        public ClusterBoundedSemaphore BoundedSemaphore(string name, int permits = 1) => new(loop, PrimitiveReference.Named(name, Permits(permits, true)));

        /// <summary>Makes a handle of a new event of the cluster, which belongs to the run: hand the handle on to let others use it.</summary>
        public ClusterEvent Event() => new(loop, PrimitiveReference.New(loop, new EventSettings()));

        /// <summary>Makes a handle of the event of the cluster that has a name.</summary>
        /// <param name="name">1 to 200 characters without control characters, not beginning with <c>~</c>. All who use it share the event.</param>
        /// <exception cref="ArgumentException">The name is not one.</exception>
        public ClusterEvent Event(string name) => new(loop, PrimitiveReference.Named(name, new EventSettings()));

        /// <summary>Makes a handle of a new lock of the cluster with a condition, which belong to the run: hand the handle on to let others use them.</summary>
        public ClusterCondition Condition() => new(loop.Lock(), "");

        /// <summary>Makes a handle of a condition of the lock of the cluster that has a name.</summary>
        /// <param name="name">That of the lock: <c>loop.Lock(name)</c> is the same one. All who use it share lock and condition.</param>
        /// <exception cref="ArgumentException">The name is not one.</exception>
        public ClusterCondition Condition(string name) => new(loop.Lock(name), "");

        /// <summary>Makes a handle of a new condition of a lock: hand the handle on to let others use it.</summary>
        /// <param name="of">The lock, which may have other conditions.</param>
        public ClusterCondition Condition(ClusterLock of)
        {
            ArgumentNullException.ThrowIfNull(of);
            return new(of, NewPart());
        }

        /// <summary>Makes a handle of the condition of a lock that has a name.</summary>
        /// <param name="of">The lock, which may have other conditions.</param>
        /// <param name="name">1 to 200 characters without control characters, not beginning with <c>~</c>. All who use it with this lock share the condition.</param>
        /// <exception cref="ArgumentException">The name is not one.</exception>
        public ClusterCondition Condition(ClusterLock of, string name)
        {
            ArgumentNullException.ThrowIfNull(of);
            return new(of, PrimitiveKey.Format(PartKind, name));
        }

        /// <summary>Makes a handle of a new barrier of the cluster, which belongs to the run: hand the handle on to let others use it.</summary>
        /// <param name="parties">How many must wait for all to go on, at least one.</param>
        /// <exception cref="ArgumentOutOfRangeException">Less than one.</exception>
        public ClusterBarrier Barrier(int parties) => new(loop, PrimitiveReference.New(loop, Parties(parties)));

        /// <summary>Makes a handle of the barrier of the cluster that has a name.</summary>
        /// <param name="name">1 to 200 characters without control characters, not beginning with <c>~</c>. All who use it share the barrier, and must give the same number.</param>
        /// <param name="parties">How many must wait for all to go on, at least one.</param>
        /// <exception cref="ArgumentException">The name is not one.</exception>
        /// <exception cref="ArgumentOutOfRangeException">Less than one.</exception>
        public ClusterBarrier Barrier(string name, int parties) => new(loop, PrimitiveReference.Named(name, Parties(parties)));
    }

    // The conditions of a lock are named as primitives are.
    private const string PartKind = "condition";

    private static string NewPart() => PrimitiveKey.New(PartKind);

    private static SemaphoreSettings Permits(int permits, bool isBounded)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        return new(permits, isBounded);
    }

    private static BarrierSettings Parties(int parties)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parties, 1);
        return new(parties);
    }
}
