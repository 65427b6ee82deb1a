using System.Globalization;

namespace OrleansAsync.Hosting;

/// <summary>The membership table of an embedded cluster: one object that all silos of the process share.</summary>
/// <remarks>With it silos start side by side and none is special; Orleans' localhost clustering keeps the table in its first silo.</remarks>
internal sealed class MemoryMembershipTable : IMembershipTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SiloAddress, (MembershipEntry Entry, string ETag)> _rows = [];
    private int _version;

    private TableVersion Version => new(_version, Text(_version));

    /// <inheritdoc/>
    public Task InitializeMembershipTable(bool tryInitTableVersion) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<MembershipTableData> ReadRow(SiloAddress key)
    {
        lock (_gate)
            return Task.FromResult(Snapshot(_rows.Where(row => row.Key.Equals(key))));
    }

    /// <inheritdoc/>
    public Task<MembershipTableData> ReadAll()
    {
        lock (_gate)
            return Task.FromResult(Snapshot(_rows));
    }

    /// <inheritdoc/>
    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion)
    {
        lock (_gate)
            return Task.FromResult(!_rows.ContainsKey(entry.SiloAddress) && TryWrite(entry, tableVersion));
    }

    /// <inheritdoc/>
    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion)
    {
        lock (_gate)
            return Task.FromResult(_rows.TryGetValue(entry.SiloAddress, out var row) && row.ETag == etag && TryWrite(entry, tableVersion));
    }

    /// <inheritdoc/>
    public Task UpdateIAmAlive(MembershipEntry entry)
    {
        lock (_gate)
        {
            // Not a change of membership: neither the row's etag nor the table's version moves.
            if (_rows.TryGetValue(entry.SiloAddress, out var row))
                row.Entry.IAmAliveTime = entry.IAmAliveTime;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate)
    {
        lock (_gate)
        {
            foreach (var (address, row) in _rows.ToArray())
            {
                if (row.Entry.Status != SiloStatus.Active && row.Entry.IAmAliveTime < beforeDate)
                    _rows.Remove(address);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DeleteMembershipTableEntries(string clusterId)
    {
        lock (_gate)
            _rows.Clear();
        return Task.CompletedTask;
    }

    private bool TryWrite(MembershipEntry entry, TableVersion tableVersion)
    {
        if (tableVersion.VersionEtag != Text(_version))
            return false;
        _version++;
        _rows[entry.SiloAddress] = (Copy(entry), Text(_version));
        return true;
    }

    private MembershipTableData Snapshot(IEnumerable<KeyValuePair<SiloAddress, (MembershipEntry Entry, string ETag)>> rows) =>
        new([.. rows.Select(row => Tuple.Create(Copy(row.Value.Entry), row.Value.ETag))], Version);

    // Orleans changes the entries it was given.
    private static MembershipEntry Copy(MembershipEntry entry) => new()
    {
        SiloAddress = entry.SiloAddress,
        Status = entry.Status,
        HostName = entry.HostName,
        SiloName = entry.SiloName,
        RoleName = entry.RoleName,
        UpdateZone = entry.UpdateZone,
        FaultZone = entry.FaultZone,
        ProxyPort = entry.ProxyPort,
        StartTime = entry.StartTime,
        IAmAliveTime = entry.IAmAliveTime,
        SuspectTimes = entry.SuspectTimes is { } times ? [.. times] : null,
    };

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);
}
