-- Membership of the silos of a cluster, in the shape that Orleans' ADO.NET provider reads and writes.
-- Orleans knows only the queries in OrleansQuery: it finds parameters and columns by name, and expects from
-- the conditional writes one row with one column that is 1 when the write happened and 0 when it did not.

CREATE TABLE OrleansQuery
(
    QueryKey  TEXT NOT NULL PRIMARY KEY,
    QueryText TEXT NOT NULL
);

CREATE TABLE OrleansMembershipVersionTable
(
    DeploymentId TEXT        NOT NULL PRIMARY KEY,
    Timestamp    TIMESTAMPTZ NOT NULL DEFAULT now(),
    Version      INTEGER     NOT NULL DEFAULT 0
);

CREATE TABLE OrleansMembershipTable
(
    DeploymentId TEXT        NOT NULL REFERENCES OrleansMembershipVersionTable (DeploymentId),
    Address      TEXT        NOT NULL,
    Port         INTEGER     NOT NULL,
    Generation   INTEGER     NOT NULL,
    SiloName     TEXT        NOT NULL,
    HostName     TEXT        NOT NULL,
    Status       INTEGER     NOT NULL,
    ProxyPort    INTEGER     NOT NULL DEFAULT 0,
    SuspectTimes TEXT        NULL,
    StartTime    TIMESTAMPTZ NOT NULL,
    IAmAliveTime TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

-- The protocol needs "change the row and the table's version, both or neither": whatever changes a row raises the version.
CREATE FUNCTION orleansasync_membership_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE OrleansMembershipVersionTable SET Version = Version + 1, Timestamp = now() WHERE DeploymentId = NEW.DeploymentId;
    RETURN NULL;
END $$;

CREATE TRIGGER MembershipInserted AFTER INSERT ON OrleansMembershipTable
    FOR EACH ROW EXECUTE FUNCTION orleansasync_membership_changed();

-- The heartbeat writes IAmAliveTime alone and must not raise the version.
CREATE TRIGGER MembershipUpdated AFTER UPDATE OF Status, SuspectTimes ON OrleansMembershipTable
    FOR EACH ROW EXECUTE FUNCTION orleansasync_membership_changed();

-- The version's row is locked before anything is written: who waited for the lock sees the raised version, and writes nothing.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', '
    WITH written AS (INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT CAST(count(*) AS INTEGER) FROM written;'),

('InsertMembershipKey', '
    WITH current AS (
        SELECT DeploymentId FROM OrleansMembershipVersionTable
        WHERE DeploymentId = @DeploymentId AND Version = CAST(@Version AS INTEGER) FOR UPDATE),
    written AS (
        INSERT INTO OrleansMembershipTable
            (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
        SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM current
        ON CONFLICT DO NOTHING RETURNING 1)
    SELECT CAST(count(*) AS INTEGER) FROM written;'),

('UpdateMembershipKey', '
    WITH current AS MATERIALIZED (
        SELECT DeploymentId FROM OrleansMembershipVersionTable
        WHERE DeploymentId = @DeploymentId AND Version = CAST(@Version AS INTEGER) FOR UPDATE),
    written AS (
        UPDATE OrleansMembershipTable m SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
        FROM current
        WHERE m.DeploymentId = current.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation RETURNING 1)
    SELECT CAST(count(*) AS INTEGER) FROM written;'),

('UpdateIAmAlivetimeKey', '
    UPDATE OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime
    WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation;'),

('MembershipReadRowKey', '
    SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort,
           m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
    FROM OrleansMembershipVersionTable v
    LEFT JOIN OrleansMembershipTable m
        ON m.DeploymentId = v.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
    WHERE v.DeploymentId = @DeploymentId;'),

('MembershipReadAllKey', '
    SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort,
           m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
    FROM OrleansMembershipVersionTable v
    LEFT JOIN OrleansMembershipTable m ON m.DeploymentId = v.DeploymentId
    WHERE v.DeploymentId = @DeploymentId;'),

('DeleteMembershipTableEntriesKey', '
    DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId;
    DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId;'),

('GatewaysQueryKey', '
    SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable
    WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0;'),

-- 3 is SiloStatus.Active.
('CleanupDefunctSiloEntriesKey', '
    DELETE FROM OrleansMembershipTable
    WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3;');
