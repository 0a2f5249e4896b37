-- +goose Up

-- Forms that people put aside to go on with later. Each is sealed with a key that only its code gives; lookup comes from
-- the code by another derivation. expires: days since 1970-01-01, the last on which it can be opened. Nothing tells the order.
CREATE TABLE drafts (
    lookup  BLOB    NOT NULL PRIMARY KEY CHECK (length(lookup) = 16),
    expires INTEGER NOT NULL,
    body    BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX drafts_by_expiry ON drafts (expires);
