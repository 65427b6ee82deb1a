-- The items of durable queues, from the put until they are done. The value is the number again, 8 bytes, and the item as it was sent.

CREATE TABLE queue_item
(
    key    TEXT    NOT NULL,
    number BIGINT  NOT NULL,
    value  BYTEA   NOT NULL,
    PRIMARY KEY (key, number)
);
