-- Crawls. The epoch of a crawl and of each of its origins names the activation that drives it: only writes under the current one count.

CREATE TABLE crawl
(
    id         TEXT    NOT NULL PRIMARY KEY,
    cluster    TEXT    NOT NULL,
    epoch      TEXT    NOT NULL,
    lease_ends TEXT    NOT NULL,
    state      INTEGER NOT NULL,
    setup      BLOB    NULL,
    failure    TEXT    NULL,
    created_at TEXT    NOT NULL,
    ended_at   TEXT    NULL,
    elapsed_ms INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE crawl_origin
(
    crawl  TEXT NOT NULL,
    origin TEXT NOT NULL,
    epoch  TEXT NOT NULL,
    PRIMARY KEY (crawl, origin)
);

-- Up to which of an origin's pages the crawl's follower has them in safety.
CREATE TABLE crawl_delivery
(
    crawl  TEXT   NOT NULL,
    origin TEXT   NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (crawl, origin)
);

-- Every URL known, the frontier and the seen-set in one. State: 0 open, 1 done, 2 done, and its links are to be handed on again at a smaller depth.
CREATE TABLE crawl_url
(
    crawl    TEXT    NOT NULL,
    hash     BLOB    NOT NULL,
    origin   TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    url      TEXT    NOT NULL,
    depth    INTEGER NOT NULL,
    referrer TEXT    NULL,
    state    INTEGER NOT NULL DEFAULT 0,
    links    TEXT    NULL,
    PRIMARY KEY (crawl, hash)
) WITHOUT ROWID;

CREATE INDEX crawl_url_open ON crawl_url (crawl, origin, depth, number) WHERE state <> 1;

-- Links on their way to another origin, until it has stored them. The source of seeds is ''.
CREATE TABLE crawl_link
(
    crawl    TEXT    NOT NULL,
    source   TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    target   TEXT    NOT NULL,
    url      TEXT    NOT NULL,
    depth    INTEGER NOT NULL,
    referrer TEXT    NULL,
    PRIMARY KEY (crawl, source, number)
);

-- What became of each URL, numbered per origin. Redirects and links are one a line.
CREATE TABLE page
(
    crawl        TEXT    NOT NULL,
    origin       TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    url          TEXT    NOT NULL,
    final_url    TEXT    NULL,
    outcome      TEXT    NOT NULL,
    status       INTEGER NULL,
    error        TEXT    NULL,
    depth        INTEGER NOT NULL,
    referrer     TEXT    NULL,
    redirects    TEXT    NULL,
    content_type TEXT    NULL,
    charset      TEXT    NULL,
    bytes        INTEGER NOT NULL,
    sha256       TEXT    NULL,
    title        TEXT    NULL,
    links        TEXT    NULL,
    attempts     INTEGER NOT NULL,
    fetched_at   TEXT    NULL,
    elapsed_us   INTEGER NOT NULL,
    silo         TEXT    NULL,
    PRIMARY KEY (crawl, origin, number)
);

-- How much of each output file is written: what is behind it is of a follower that was lost, and cut off.
CREATE TABLE crawl_output
(
    crawl  TEXT    NOT NULL,
    path   TEXT    NOT NULL,
    length INTEGER NOT NULL,
    PRIMARY KEY (crawl, path)
);
