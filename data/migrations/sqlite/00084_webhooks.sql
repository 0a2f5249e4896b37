-- +goose Up

-- Addresses that are told of events. kinds: words with spaces between. made: microseconds since 1970-01-01 UTC. private: whether it may lie
-- in a private network.
CREATE TABLE webhooks (
    id      TEXT    NOT NULL PRIMARY KEY,
    url     TEXT    NOT NULL,
    kinds   TEXT    NOT NULL,
    secret  TEXT    NOT NULL,
    made    INTEGER NOT NULL,
    private INTEGER NOT NULL CHECK (private IN (0, 1))
) STRICT, WITHOUT ROWID;

-- What happened and is told. at: microseconds since 1970-01-01 UTC. body: JSON, as it is sent.
CREATE TABLE webhook_events (
    id      TEXT    NOT NULL PRIMARY KEY,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    body    BLOB    NOT NULL,
    UNIQUE (kind, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_events_by_time ON webhook_events (at);

-- Events on their way. next, last: microseconds since 1970-01-01 UTC; next is empty once the event was taken or given up. code: HTTP
-- status of the last try, 0 where there was no answer.
CREATE TABLE webhook_deliveries (
    hook  TEXT    NOT NULL REFERENCES webhooks (id),
    event TEXT    NOT NULL REFERENCES webhook_events (id),
    tries INTEGER NOT NULL,
    next  INTEGER,
    last  INTEGER,
    code  INTEGER NOT NULL,
    done  INTEGER NOT NULL CHECK (done IN (0, 1)),
    PRIMARY KEY (hook, event)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next) WHERE next IS NOT NULL;
CREATE INDEX webhook_deliveries_by_event ON webhook_deliveries (event);
