namespace OrleansAsync.Crawling;

/// <summary>Divides a number of slots among users: whoever asks gets what is free; while a user waits that has less than an equal share, none may keep more.</summary>
/// <remarks>
/// Users below an equal share are served first, the others in turn, one slot at a time: a long queue never stands before a short one. All
/// counters run from a user's start, so that repeated and late messages change nothing.
/// </remarks>
internal sealed class SlotPool(int capacity)
{
    private readonly Dictionary<string, User> _users = new(StringComparer.Ordinal);
    private readonly Queue<User> _hungry = new();
    private readonly Queue<User> _greedy = new();
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    public int Capacity { get; private set; } = capacity;

    public int Held { get; private set; }

    public int Free => Math.Max(0, Capacity - Held);

    /// <summary>Users that hold or want slots.</summary>
    public int Busy { get; private set; }

    /// <summary>
    /// How many slots a user may keep, because one with fewer waits or there are fewer slots than before; null if there is no need. Where there are more
    /// users than slots it is 0: they take turns, each with one slot for one use.
    /// </summary>
    public int? Share => HungryWaits() || Held > Capacity ? Capacity / Math.Max(1, Busy) : null;

    private int EqualShare => Math.Max(1, Capacity / Math.Max(1, Busy));

    /// <summary>Slots given to a user since its start.</summary>
    public long GrantedTo(string name) => _users.TryGetValue(name, out var user) ? user.Granted : 0;

    public int HeldBy(string name) => _users.TryGetValue(name, out var user) ? user.Held : 0;

    /// <summary>Takes a user's word on how much it has given back so far and how many slots it could use at a time.</summary>
    /// <param name="name">The user.</param>
    /// <param name="returned">Slots given back since its start.</param>
    /// <param name="target">Slots it could use now.</param>
    /// <param name="held">Slots it holds: what it says of that counts if it is not known here.</param>
    public void Update(string name, long returned, int target, int held = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        if (!_users.TryGetValue(name, out var user))
        {
            _users.Add(name, user = new User(name, returned) { Granted = returned + held });
            Held += held;
            Busy += Change(false, user.Busy);
        }

        var wasBusy = user.Busy;
        var back = (int)Math.Clamp(returned - user.Returned, 0, user.Held);
        user.Returned += back;
        Held -= back;
        user.Target = target;
        Busy += Change(wasBusy, user.Busy);
        Line(user);
        Give();
    }

    /// <summary>A user begins again, holding some slots: its counters run from here.</summary>
    public void Restart(string name, int held)
    {
        if (_users.Remove(name, out var user))
        {
            Busy += Change(user.Busy, false);
            Held -= user.Held;
            (user.Returned, user.Target) = (user.Granted, 0);
            _changed.Remove(name);
        }

        if (held > 0)
        {
            _users.Add(name, new User(name, 0) { Granted = held });
            Held += held;
            Busy++;
        }

        Give();
    }

    public void Remove(string name)
    {
        if (!_users.Remove(name, out var user)) return;
        var wasBusy = user.Busy;
        Held -= user.Held;
        user.Returned = user.Granted;
        user.Target = 0;
        Busy += Change(wasBusy, false);
        _changed.Remove(name);
        Give();
    }

    /// <summary>A smaller capacity takes nothing away: slots are given again once there is room.</summary>
    public void Resize(int newCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(newCapacity, 1);
        Capacity = newCapacity;
        Give();
    }

    /// <summary>The users given slots since the last call.</summary>
    public IReadOnlyCollection<string> TakeChanged()
    {
        if (_changed.Count == 0) return [];
        string[] result = [.. _changed];
        _changed.Clear();
        return result;
    }

    private void Give()
    {
        while (Held < Capacity)
        {
            if (HungryWaits())
            {
                var user = _hungry.Dequeue();
                user.IsHungry = false;
                Give(user, EqualShare);
            }
            else if (_greedy.TryDequeue(out var user))
            {
                user.IsGreedy = false;
                Give(user, 0);
            }
            else
            {
                return;
            }
        }
    }

    private void Give(User user, int share)
    {
        if (user.Wanted == 0) return;
        var wasBusy = user.Busy;
        var give = Math.Min(Math.Min(user.Wanted, Capacity - Held), Math.Max(1, share - user.Held));
        user.Granted += give;
        Held += give;
        Busy += Change(wasBusy, user.Busy);
        _changed.Add(user.Name);
        Line(user);
    }

    private void Line(User user)
    {
        if (user.Wanted == 0) return;
        if (user.Held < EqualShare)
        {
            if (user.IsHungry) return;
            user.IsHungry = true;
            _hungry.Enqueue(user);
        }
        else if (!user.IsGreedy)
        {
            user.IsGreedy = true;
            _greedy.Enqueue(user);
        }
    }

    /// <summary>Whether a user below its share waits; those that stopped waiting or are not below it any more leave the first line.</summary>
    private bool HungryWaits()
    {
        while (_hungry.TryPeek(out var user))
        {
            if (user.Wanted > 0 && user.Held < EqualShare) return true;
            _hungry.Dequeue();
            user.IsHungry = false;
            Line(user);
        }

        return false;
    }

    private static int Change(bool before, bool after) => (after ? 1 : 0) - (before ? 1 : 0);

    /// <remarks>One that was forgotten and comes back goes on counting where it is.</remarks>
    private sealed class User(string name, long returned)
    {
        public string Name => name;

        public long Granted { get; set; } = returned;

        public long Returned { get; set; } = returned;

        public int Target { get; set; }

        public bool IsHungry { get; set; }

        public bool IsGreedy { get; set; }

        public int Held => (int)(Granted - Returned);

        public int Wanted => Math.Max(0, Target - Held);

        public bool Busy => Held > 0 || Target > 0;
    }
}
