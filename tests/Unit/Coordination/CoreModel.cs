using OrleansAsync.Coordination;
using Request = OrleansAsync.Coordination.Request;

namespace OrleansAsync.Tests.Unit.Coordination;

/// <summary>Drives a core as a grain does: numbers requests, keeps what it saves, and loses it with its silo.</summary>
internal sealed class CoreModel(Func<PrimitiveCore> create)
{
    private readonly List<Asked> _grants = [];
    private PrimitiveState? _saved;
    private long _arrivals;

    public PrimitiveCore Core { get; private set; } = create();

    /// <summary>What was asked and not ended, in order of arrival.</summary>
    public List<Asked> All { get; } = [];

    public IEnumerable<Asked> Waiting => All.Where(request => !request.IsAnswered);

    public IEnumerable<Asked> Held => All.Where(request => request.IsHeld);

    public Asked Ask(Enum verb, long argument = 0, Asked? target = null, string? part = null)
    {
        var request = new Asked(Convert.ToInt32(verb, null), argument, _grants) { Arrival = ++_arrivals, Target = target, Part = part };
        All.Add(request);
        Core.Apply(request);
        Save();
        return request;
    }

    public void Withdraw(Asked request)
    {
        All.Remove(request);
        Core.Withdraw(request);
        Save();
    }

    /// <summary>Loses the silo. Some of the askers come back, in any order, with what they hold or wait for; the rest is gone.</summary>
    /// <param name="survives">Who comes back.</param>
    /// <param name="misses">Whose answer was lost, though it was given: they wait, as far as they know.</param>
    public void Lose(Func<Asked, bool> survives, Func<Asked, bool> misses)
    {
        var lastFence = Core.LastFence;
        Core = create();
        if (_saved is not null) Core.LoadState(_saved);
        Core.LastFence = lastFence + 1000;
        var back = All.Where(survives).Select(old => (Old: old, New: old.Again(_grants))).ToArray();
        All.Clear();
        All.AddRange(back.Select(pair => pair.New));
        bool Holds(Asked old) => old.IsHeld && !misses(old);
        foreach (var (old, again) in back.Where(pair => Holds(pair.Old)).Reverse()) Core.Restore(again, old.Answer);
        foreach (var (old, again) in back.Where(pair => !Holds(pair.Old) && (misses(pair.Old) || !pair.Old.IsAnswered))) Core.Apply(again);
        Save();
    }

    public long Figure(string name) => Core.Figures.Single(figure => figure.Key == name).Value;

    /// <summary>What was answered since the last call, in order.</summary>
    public List<Asked> TakeGrants()
    {
        List<Asked> grants = [.. _grants];
        _grants.Clear();
        return grants;
    }

    private void Save()
    {
        if (Core.IsChanged) _saved = Core.SaveState();
        Assert.False(Core.IsChanged);
    }
}

/// <summary>A request of a test.</summary>
internal sealed class Asked(int verb, long argument, List<Asked> grants) : Request(verb, argument)
{
    /// <summary>The request as its asker repeats it after a loss.</summary>
    public Asked Again(List<Asked> newGrants) => new(Verb, Argument, newGrants) { Arrival = Arrival, IsRestored = true, Part = Part };

    protected override void OnAnswered() => grants.Add(this);

    public override string ToString() => $"{Arrival}";
}
