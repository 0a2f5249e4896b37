-- +goose Up

-- gone: the account was deleted. Its row stays, because what it did names it, and its login is not given out again.
ALTER TABLE accounts ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;

-- One-time codes by which somebody chooses the password of an account. digest: of what only that person has; expires:
-- microseconds since 1970-01-01 UTC.
CREATE TABLE account_codes (
    account INTEGER NOT NULL PRIMARY KEY REFERENCES accounts (id),
    digest  BLOB    NOT NULL UNIQUE CHECK (length(digest) = 16),
    expires INTEGER NOT NULL
) STRICT;
