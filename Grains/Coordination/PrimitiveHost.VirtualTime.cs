namespace OrleansAsync.Coordination;

/// <content>Leases in a test's virtual time.</content>
internal sealed partial class PrimitiveHost
{
    /// <summary>How long until a lease of a silent owner's session is over; null if there is none.</summary>
    public TimeSpan? UntilLeaseEnds(Func<string, bool> isSilent)
    {
        TimeSpan? next = null;
        foreach (var session in Sessions.Where(session => session.Live.Count > 0 && isSilent(session.Owner)))
        {
            // It ends when more than the lease has passed.
            var left = lease - time.GetElapsedTime(session.LastHeard) + new TimeSpan(1);
            if (next is null || left < next) next = left;
        }
        return next;
    }

    /// <summary>Hears all sessions but those of silent owners as if they had spoken after the time given.</summary>
    public void RenewLeases(Func<string, bool> isSilent, TimeSpan later)
    {
        var heard = time.GetTimestamp() + (long)(later.TotalSeconds * time.TimestampFrequency);
        foreach (var session in Sessions.Where(session => !isSilent(session.Owner))) session.LastHeard = heard;
    }
}
