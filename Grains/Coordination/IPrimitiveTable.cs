using OrleansAsync.Storage;

namespace OrleansAsync.Coordination;

/// <summary>Where one primitive is stored. The epoch names the activation that has it: only writes under the current one count.</summary>
internal interface IPrimitiveTable
{
    /// <summary>Reads it; null if there never was one.</summary>
    Task<PrimitiveRow?> FindAsync(CancellationToken cancellationToken);

    /// <summary>Stores a primitive that there was none of, or a deleted one; false if somebody was faster.</summary>
    Task<bool> CreateAsync(PrimitiveRow? deleted, byte[] settings, CancellationToken cancellationToken);

    /// <summary>Makes the next epoch the one whose writes count; false if somebody was faster.</summary>
    Task<bool> TakeOverAsync(PrimitiveRow row, CancellationToken cancellationToken);

    /// <summary>Reads what a former activation had stored of each session.</summary>
    Task<List<SessionRow>> ReadSessionsAsync(CancellationToken cancellationToken);

    /// <summary>Writes as long as the epoch is the one whose writes count; false once it is not.</summary>
    Task<bool> WriteAsync(long epoch, PrimitiveChanges changes, CancellationToken cancellationToken);

    /// <summary>Notes that an activation leaves, and who still has the primitive: the next one need not wait for anybody else.</summary>
    Task<bool> LeaveAsync(long epoch, IEnumerable<string> sessions, CancellationToken cancellationToken);

    /// <summary>Deletes the primitive. One with a name keeps its epoch.</summary>
    Task<bool> DeleteAsync(long epoch, IEnumerable<StoreStatement> others, CancellationToken cancellationToken);
}
