-- Detached tasks. The epoch of a shard names the activation that drives it: only writes under the current one count.

CREATE TABLE detached_shard
(
    shard INTEGER NOT NULL PRIMARY KEY,
    epoch TEXT    NOT NULL
);

CREATE TABLE detached_task
(
    shard           INTEGER NOT NULL,
    number          INTEGER NOT NULL,
    name            TEXT    NULL,
    coroutine_type  TEXT    NOT NULL,
    coroutine       BLOB    NULL,
    is_at_most_once INTEGER NOT NULL,
    max_restarts    INTEGER NOT NULL,
    retention_ms    INTEGER NOT NULL,
    created_at      TEXT    NOT NULL,
    attempt         INTEGER NOT NULL DEFAULT 0,
    losses          INTEGER NOT NULL DEFAULT 0,
    is_running      INTEGER NOT NULL DEFAULT 0,
    is_canceled     INTEGER NOT NULL DEFAULT 0,
    cancel_message  BLOB    NULL,
    ended_at        TEXT    NULL,
    expires_at      TEXT    NULL,
    outcome         INTEGER NULL,
    result          BLOB    NULL,
    is_forgotten    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, number)
);

CREATE INDEX detached_task_unfinished ON detached_task (shard) WHERE ended_at IS NULL;
CREATE INDEX detached_task_expiry ON detached_task (shard, expires_at) WHERE expires_at IS NOT NULL;
