using System.Collections.Immutable;

namespace OrleansAsync.Coordination;

/// <summary>
/// The rules of one primitive: a state machine of requests that knows no clock, thread or message. The local forms call it under a lock, a grain in
/// its turns.
/// </summary>
internal abstract class PrimitiveCore
{
    /// <summary>The fencing number given last. A grain that takes a primitive over starts above all that were given before.</summary>
    public long LastFence { get; set; }

    /// <summary>
    /// Whether holds exclude each other, so that after a loss nothing may be granted until the holds that nobody reports again have expired.
    /// </summary>
    public virtual bool IsExclusive => true;

    /// <summary>Whether there is something in it besides what sessions hold and wait for, and what is stored: it may not be let go while nobody uses it.</summary>
    public virtual bool IsBusy => false;

    /// <summary>Whether what <see cref="SaveState"/> gives has changed since it was last read.</summary>
    public bool IsChanged { get; protected set; }

    /// <summary>Applies a request: it is answered now, or kept until another one lets it go on.</summary>
    public abstract void Apply(Request request);

    /// <summary>
    /// The asker gave it up or is gone. A waiting request leaves without an answer; what an answered one holds (<see cref="Request.IsHeld"/>) is given
    /// back, and it holds nothing any more. This is also how a permit is released. Without effect on any other.
    /// </summary>
    public abstract void Withdraw(Request request);

    /// <summary>Takes back a hold that a lost activation had granted and its holder reports: the request is answered with its slot and fencing number again.</summary>
    /// <param name="request">The request; its answer is what the holder knows.</param>
    /// <param name="answer">The answer it had got.</param>
    public virtual void Restore(Request request, Answer answer) => throw new NotSupportedException();

    /// <summary>What must survive the loss of a silo and is neither a hold nor a wait; null as long as it is as it was made. Reading it resets <see cref="IsChanged"/>.</summary>
    public virtual PrimitiveState? SaveState() => null;

    /// <summary>Continues from what was saved.</summary>
    public virtual void LoadState(PrimitiveState state) => throw new NotSupportedException();

    /// <summary>Numbers for people who look at it: permits, free ones, depth.</summary>
    public virtual ImmutableArray<KeyValuePair<string, long>> Figures => [];
}
