-- The items of durable queues, from the put until they are done. The value is the number again, 8 bytes, and the item as it was sent.

CREATE TABLE queue_item
(
    key    TEXT    NOT NULL,
    number INTEGER NOT NULL,
    value  BLOB    NOT NULL,
    PRIMARY KEY (key, number)
);
