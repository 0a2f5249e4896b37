-- +goose Up

-- Who may answer on the web: open, both, invitation.
ALTER TABLE waves ADD COLUMN access TEXT NOT NULL DEFAULT 'open' CHECK (access IN ('open', 'both', 'invitation'));

-- Orders of invitations. made: days since 1970-01-01. spent: how many were used, once the invitations themselves are gone.
CREATE TABLE invitation_batches (
    id     INTEGER PRIMARY KEY,
    wave   INTEGER NOT NULL REFERENCES waves (id),
    agency INTEGER NOT NULL REFERENCES agencies (id),
    unit   TEXT    NOT NULL,
    mode   TEXT    NOT NULL,
    n      INTEGER NOT NULL CHECK (n > 0),
    made   INTEGER NOT NULL,
    spent  INTEGER
) STRICT;

CREATE INDEX invitation_batches_by_wave ON invitation_batches (wave);

-- Invitations as keyed digests of their codes, made in the order of the digests. Nothing here changes when one is used.
CREATE TABLE invitations (
    digest BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 16),
    batch  INTEGER NOT NULL REFERENCES invitation_batches (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX invitations_by_batch ON invitations (batch);
