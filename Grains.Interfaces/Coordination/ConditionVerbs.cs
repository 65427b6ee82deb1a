using System.Runtime.ExceptionServices;

namespace OrleansAsync.Coordination;

/// <summary>The verbs of a condition: a part of a lock.</summary>
internal static class ConditionVerbs
{
    /// <param name="handle">The lock.</param>
    extension(PrimitiveHandle handle)
    {
        /// <summary>Gives the lock up, waits to be notified, and takes it again, whatever happens.</summary>
        public async Task WaitAsync(string condition, CancellationToken cancellationToken)
        {
            var primitive = handle.Primitive;
            var hold = primitive.TakeOldestHold() ?? throw handle.NotHeld();
            var wait = new PrimitiveCall((int)LockVerb.Wait, 0, null, hold) { Part = condition };
            // Whoever releases by the lease releases what is held when the wait is over.
            hold.Lease?.MoveTo(wait);
            primitive.Send(wait);
            primitive.Forget(hold);
            try
            {
                handle.Check(await handle.Primitive.AnswerAsync(handle.Loop, wait, cancellationToken));
            }
            catch (OperationCanceledException e)
            {
                ExceptionDispatchInfo.Throw(await handle.CancelWaitAsync(wait, e));
            }
        }

        /// <summary>Waits until the predicate holds; as in asyncio, one that holds at once needs no lock.</summary>
        public async Task WaitForAsync(string condition, Func<Task<bool>> predicate, CancellationToken cancellationToken)
        {
            while (!await predicate()) await handle.WaitAsync(condition, cancellationToken);
        }

        /// <summary>Notifies as many of those who wait.</summary>
        public async Task NotifyAsync(string condition, long count, CancellationToken cancellationToken)
        {
            if (handle.Primitive.Holds is not [var hold, ..]) throw handle.NotHeld();
            await handle.CallAsync(new PrimitiveCall((int)LockVerb.Notify, count, null, hold) { Part = condition }, cancellationToken);
        }

        // The lock is held again before anybody learns of the cancel. What cancels meanwhile is one cancel with the first; as in asyncio, the last comes out.
        private async Task<OperationCanceledException> CancelWaitAsync(PrimitiveCall wait, OperationCanceledException cancel)
        {
            handle.Primitive.Send(new PrimitiveCall((int)LockVerb.CancelWait, 0, null, wait));
            while (true)
            {
                try
                {
                    await handle.Primitive.AnswerAsync(handle.Loop, wait, default);
                    return cancel;
                }
                catch (OperationCanceledException e)
                {
                    cancel = e;
                }
            }
        }
    }
}
