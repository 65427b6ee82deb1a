namespace OrleansAsync.Crawling;

/// <summary>The user's side of a <see cref="SlotPool"/>: what it was granted, uses and has given back.</summary>
internal sealed class SlotAccount
{
    private long _version = -1;

    public long Granted { get; private set; }

    public long Returned { get; private set; }

    public int InUse { get; private set; }

    /// <summary>How many slots may be kept, see <see cref="SlotPool.Share"/>.</summary>
    public int? Share { get; private set; }

    public int Held => (int)(Granted - Returned);

    public int Spare => Held - InUse;

    /// <summary>Takes a grant; an older one than known changes nothing.</summary>
    /// <returns>Whether it is the latest.</returns>
    public bool Apply(long granted, int? share, long version)
    {
        Granted = Math.Max(Granted, granted);
        if (version <= _version) return false;
        _version = version;
        Share = share;
        return true;
    }

    /// <summary>Takes over what was used before this account began; it has to be granted yet.</summary>
    public void Restore(int inUse) => InUse = inUse;

    public void Use()
    {
        if (Spare <= 0) throw new InvalidOperationException("A slot was used that is not held.");
        InUse++;
    }

    /// <summary>Ends the use of a slot; it stays here as a spare one unless it is good for one use only, or beyond the share.</summary>
    public void Done(bool giveBack)
    {
        if (InUse <= 0) throw new InvalidOperationException("The use of a slot ended twice.");
        InUse--;
        if (giveBack || Held > Share) Returned++;
    }

    /// <summary>Gives back spare slots: those beyond what is ready to use them once others wait or nothing is going on here, and those beyond the share.</summary>
    public void GiveBackSurplus(int ready, bool quiet)
    {
        if (Spare <= 0) return;
        var surplus = Share is not null || quiet ? Spare - ready : 0;
        // One that was given to be used once is kept for that.
        if (Share is { } share) surplus = Math.Max(surplus, Held - Math.Max(1, share));
        Returned += Math.Clamp(surplus, 0, Spare);
    }
}
