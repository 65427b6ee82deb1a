-- Detached tasks. The epoch of a shard names the activation that drives it: only writes under the current one count.

CREATE TABLE detached_shard
(
    shard BIGINT NOT NULL PRIMARY KEY,
    epoch TEXT   NOT NULL
);

CREATE TABLE detached_task
(
    shard           BIGINT      NOT NULL,
    number          BIGINT      NOT NULL,
    name            TEXT        NULL,
    coroutine_type  TEXT        NOT NULL,
    coroutine       BYTEA       NULL,
    is_at_most_once BIGINT      NOT NULL,
    max_restarts    BIGINT      NOT NULL,
    retention_ms    BIGINT      NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    attempt         BIGINT      NOT NULL DEFAULT 0,
    losses          BIGINT      NOT NULL DEFAULT 0,
    is_running      BIGINT      NOT NULL DEFAULT 0,
    is_canceled     BIGINT      NOT NULL DEFAULT 0,
    cancel_message  BYTEA       NULL,
    ended_at        TIMESTAMPTZ NULL,
    expires_at      TIMESTAMPTZ NULL,
    outcome         BIGINT      NULL,
    result          BYTEA       NULL,
    is_forgotten    BIGINT      NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, number)
);

CREATE INDEX detached_task_unfinished ON detached_task (shard) WHERE ended_at IS NULL;
CREATE INDEX detached_task_expiry ON detached_task (shard, expires_at) WHERE expires_at IS NOT NULL;
