-- +goose Up

-- What accounts did, one JSON object per act, numbered from 1 without gaps. Rows are only ever added. body is what is hashed.
CREATE TABLE audit (
    id   INTEGER PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_subject ON audit (json_extract(body, '$.kind'), json_extract(body, '$.subject'));

-- The Merkle tree over the rows of audit, in the order of golang.org/x/mod/sumdb/tlog.
CREATE TABLE audit_hashes (
    id   INTEGER PRIMARY KEY,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- A row means that the log has not begun: what is there already has to be taken into it first.
CREATE TABLE audit_pending (
    id INTEGER PRIMARY KEY CHECK (id = 1)
) STRICT;

INSERT INTO audit_pending (id) VALUES (1);
