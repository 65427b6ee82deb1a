using OrleansAsync.Execution;

namespace OrleansAsync.Coordination.RateLimiting;

/// <summary>What a bucket's grain does: it gives permits to tickets, whose messages may come late, twice, or no more. One call at a time, until its first await.</summary>
/// <param name="time">The clock of the rate, and of messages.</param>
/// <param name="filling">How long ago the bucket was empty; <see langword="null"/> if it is full.</param>
internal sealed class TicketDesk(TimeProvider time, TimeSpan? filling) : IDisposable
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(5);

    // No copy of a message is older, and whoever waits asks more often.
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(20);

    // None of it in the time that a test moves: it is about messages.
    private readonly TimeProvider _upkeep = time.ForUpkeep();
    private readonly Dictionary<Guid, Ticket> _tickets = [];

    // In the order in which they were last heard of.
    private readonly LinkedList<Ticket> _heard = [];
    private TokenQueue? _queue;

    /// <summary>How many tickets it remembers.</summary>
    public int TicketCount => _tickets.Count;

    /// <summary>How long until the bucket is full, so that a new one would be the same; <see langword="null"/> while somebody waits.</summary>
    public TimeSpan? UntilFull => _queue is null ? TimeSpan.Zero : _queue.UntilFull;

    public async Task<RateLimitReply> AcquireAsync(RateLimitRequest request)
    {
        Sweep();
        _queue ??= new TokenQueue(request.Limit, time, filling);
        if (_queue.Limit != request.Limit) return new(RateLimitAnswer.OtherLimit, _queue.Limit);
        var ticket = Find(request.Ticket) ?? Add(request.Ticket, request.Waits ? _queue.Enter(request.Permits) : TryTake(request.Permits));
        ticket.Calls++;
        Hear(ticket);
        if (ticket is { HasLeft: false, Waiter: { Granted.IsCompleted: false } waiter }) await waiter.Granted.PollAsync(Slice, time);
        ticket.Calls--;
        Hear(ticket);
        return new(ticket.HasLeft || ticket.Waiter is null ? RateLimitAnswer.Refused : ticket.Waiter.Granted.IsCompleted ? RateLimitAnswer.Granted : RateLimitAnswer.Waiting);
    }

    public void Leave(Guid id)
    {
        // It may come before the message that it takes back.
        var ticket = Find(id) ?? Add(id, null);
        Leave(ticket);
        Hear(ticket);
    }

    public void Dispose() => _queue?.Dispose();

    private Ticket? Find(Guid id) => _tickets.GetValueOrDefault(id);

    private Ticket Add(Guid id, TokenWaiter? waiter)
    {
        var ticket = new Ticket(id, waiter);
        _tickets.Add(id, ticket);
        return ticket;
    }

    private TokenWaiter? TryTake(int permits)
    {
        if (!_queue!.TryTake(permits)) return null;
        var granted = new TokenWaiter(permits);
        granted.Grant();
        return granted;
    }

    private void Leave(Ticket ticket)
    {
        if (ticket is { HasLeft: false, Waiter: { } waiter }) _queue!.Leave(waiter);
        ticket.HasLeft = true;
    }

    private void Hear(Ticket ticket)
    {
        ticket.Heard = _upkeep.GetTimestamp();
        if (ticket.Place.List is not null) _heard.Remove(ticket.Place);
        _heard.AddLast(ticket.Place);
    }

    /// <summary>Forgets tickets that were silent for long: who waits with one does not any more, what was granted is used.</summary>
    private void Sweep()
    {
        while (_heard.First is { Value: var oldest } && _upkeep.GetElapsedTime(oldest.Heard) > SilenceLimit)
        {
            if (oldest.Calls > 0)
            {
                Hear(oldest);
                continue;
            }
            if (oldest.Waiter is { Granted.IsCompleted: false }) Leave(oldest);
            _heard.Remove(oldest.Place);
            _tickets.Remove(oldest.Id);
        }
    }

    private sealed class Ticket
    {
        public Ticket(Guid id, TokenWaiter? waiter)
        {
            (Id, Waiter) = (id, waiter);
            Place = new(this);
        }

        public Guid Id { get; }

        /// <summary>Null if it was refused, or left before it came.</summary>
        public TokenWaiter? Waiter { get; }

        public LinkedListNode<Ticket> Place { get; }

        public long Heard { get; set; }

        /// <summary>How many calls of it are waiting here.</summary>
        public int Calls { get; set; }

        public bool HasLeft { get; set; }
    }
}
