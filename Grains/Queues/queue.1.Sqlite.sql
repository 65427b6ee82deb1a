-- The items of durable queues, from the put until they are done. The value is the number again, 8 bytes, and the item as it was sent.

CREATE TABLE queue_item
(
    key    TEXT    NOT NULL,
    number INTEGER NOT NULL,
    value  BLOB    NOT NULL,
    PRIMARY KEY (key, number)
);

-- Producers and consumers of durable queues. One that works has its specification, with which it goes on after a loss.
CREATE TABLE queue_worker
(
    kind          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    specification BLOB    NULL,
    source_call   INTEGER NOT NULL,
    items_put     INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
);
