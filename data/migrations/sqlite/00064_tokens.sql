-- +goose Up

-- Tokens by which programs act for an account. digest: SHA-256 of what only its holder has. made, expires: microseconds since
-- 1970-01-01 UTC; used: the last day, as days since then.
CREATE TABLE tokens (
    id      TEXT    NOT NULL PRIMARY KEY,
    digest  BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32),
    account INTEGER NOT NULL REFERENCES accounts (id),
    name    TEXT    NOT NULL,
    grants  TEXT    NOT NULL,
    made    INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used    INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_by_account ON tokens (account);
