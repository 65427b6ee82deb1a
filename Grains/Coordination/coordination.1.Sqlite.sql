-- Semaphores, locks, events, barriers, queues. The epoch of one names the activation that has it: only writes under the current one count.
-- A deleted one keeps its epoch, as fencing numbers must never repeat; it has no settings then.

CREATE TABLE primitive
(
    key        TEXT    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    epoch      INTEGER NOT NULL,
    created_at TEXT    NOT NULL,
    settings   BLOB    NULL,
    state      BLOB    NULL,
    sessions   TEXT    NULL
);

CREATE INDEX primitive_name ON primitive (kind, name) WHERE settings IS NOT NULL;

-- The last request of each session that was applied, and the answers that it may not have got: what was answered is not done again.
CREATE TABLE primitive_session
(
    key     TEXT    NOT NULL,
    session TEXT    NOT NULL,
    applied INTEGER NOT NULL,
    answers BLOB    NOT NULL,
    PRIMARY KEY (key, session)
);
