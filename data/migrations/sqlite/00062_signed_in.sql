-- +goose Up

-- Browsers that are signed in: what their owner is shown of them, and when whoever sits there last proved who it is. The body of
-- their row in sessions names the id, which opens nothing by itself. started, seen, proven: microseconds since 1970-01-01 UTC.
CREATE TABLE signed_in (
    id      TEXT    NOT NULL PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (id),
    started INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    proven  INTEGER NOT NULL,
    way     TEXT    NOT NULL,
    browser TEXT    NOT NULL,
    network TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX signed_in_by_account ON signed_in (account);
CREATE INDEX signed_in_by_start ON signed_in (started);

-- Browsers that an account has signed in with: the SHA-256 of what only they hold. Guesses made elsewhere do not keep them out.
CREATE TABLE known_browsers (
    digest  BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    account INTEGER NOT NULL REFERENCES accounts (id),
    until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX known_browsers_by_account ON known_browsers (account);
