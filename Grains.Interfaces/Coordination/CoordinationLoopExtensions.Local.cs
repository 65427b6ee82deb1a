using OrleansAsync.Execution;

namespace OrleansAsync.Coordination;

/// <content>The same within one process: nothing is sent, and nothing is waited for that is free.</content>
public static partial class CoordinationLoopExtensions
{
    /// <param name="loop">The cluster, as a client, a grain or a running coroutine sees it.</param>
    extension(IClusterLoop loop)
    {
        /// <summary>Makes a lock for those who share this object.</summary>
        /// <remarks><b>asyncio:</b> <c>Lock</c>. It does not travel.</remarks>
        public ILock LocalLock() => new LocalLock(loop);

        /// <summary>Makes a semaphore for those who share this object.</summary>
        /// <remarks><b>asyncio:</b> <c>Semaphore</c>. It does not travel.</remarks>
        /// <inheritdoc cref="Semaphore(IClusterLoop, int)" path="/param|/exception"/>
        public ISemaphore LocalSemaphore(int permits = 1) => new LocalSemaphore(loop, Permits(permits, false).Permits, false);

        /// <summary>Makes a semaphore for those who share this object, which can never have more permits.</summary>
        /// <remarks><b>asyncio:</b> <c>BoundedSemaphore</c>. It does not travel.</remarks>
        /// <inheritdoc cref="Semaphore(IClusterLoop, int)" path="/param|/exception"/>
        public ISemaphore LocalBoundedSemaphore(int permits = 1) => new LocalSemaphore(loop, Permits(permits, true).Permits, true);

        /// <summary>Makes an event for those who share this object.</summary>
        /// <remarks><b>asyncio:</b> <c>Event</c>. It does not travel.</remarks>
        public IEvent LocalEvent() => new LocalEvent(loop);

        /// <summary>Makes a lock with a condition for those who share this object.</summary>
        /// <remarks><b>asyncio:</b> <c>Condition</c>. It does not travel.</remarks>
        public ICondition LocalCondition() => new LocalCondition(new LocalLock(loop), "");

        /// <summary>Makes a condition of a local lock for those who share this object.</summary>
        /// <param name="of">The lock, made by <c>LocalLock</c>, which may have other conditions.</param>
        /// <exception cref="ArgumentException">It is no local lock.</exception>
        /// <remarks><b>asyncio:</b> <c>Condition(lock)</c>. It does not travel.</remarks>
        public ICondition LocalCondition(ILock of)
        {
            ArgumentNullException.ThrowIfNull(of);
            return new LocalCondition(of as LocalLock ?? throw new ArgumentException("A local condition needs a lock made by LocalLock; for one of the cluster use Condition.", nameof(of)), NewPart());
        }

        /// <summary>Makes a barrier for those who share this object.</summary>
        /// <remarks><b>asyncio:</b> <c>Barrier</c>. It does not travel.</remarks>
        /// <inheritdoc cref="Barrier(IClusterLoop, int)" path="/param|/exception"/>
        public IBarrier LocalBarrier(int parties) => new LocalBarrier(loop, Parties(parties).Parties);
    }
}
