-- The items of durable queues, from the put until they are done. The value is the number again, 8 bytes, and the item as it was sent.

CREATE TABLE queue_item
(
    key    TEXT    NOT NULL,
    number BIGINT  NOT NULL,
    value  BYTEA   NOT NULL,
    PRIMARY KEY (key, number)
);

-- Producers and consumers of durable queues. One that works has its specification, with which it goes on after a loss.
CREATE TABLE queue_worker
(
    kind          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    specification BYTEA   NULL,
    source_call   BIGINT  NOT NULL,
    items_put     BIGINT  NOT NULL,
    PRIMARY KEY (kind, name)
);
