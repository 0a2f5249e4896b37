-- +goose Up

-- The review of a wave's responses. rules: thresholds as JSON, '' = the default ones. closed: the day the review ended, 0 =
-- it goes on.
CREATE TABLE reviews (
    wave      INTEGER PRIMARY KEY REFERENCES waves (id),
    rules     TEXT    NOT NULL DEFAULT '',
    closed    INTEGER NOT NULL DEFAULT 0,
    closed_by INTEGER REFERENCES accounts (id)
) STRICT;

-- Decisions are never changed, only undone: undone_by says by whom. n: responses decided.
CREATE TABLE decisions (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    wave      INTEGER NOT NULL REFERENCES waves (id),
    author    INTEGER NOT NULL REFERENCES accounts (id),
    day       INTEGER NOT NULL,
    verdict   TEXT    NOT NULL,
    reason    TEXT    NOT NULL,
    note      TEXT    NOT NULL,
    rule      TEXT    NOT NULL,
    n         INTEGER NOT NULL CHECK (n > 0),
    undone_by INTEGER REFERENCES accounts (id)
) STRICT;

CREATE INDEX decisions_by_wave ON decisions (wave);

-- What a decision is about: so many of the responses of an agency whose record has this digest. Responses know nothing of it.
-- Of several decisions about a digest the newest that is not undone holds.
CREATE TABLE verdicts (
    wave     INTEGER NOT NULL,
    agency   INTEGER NOT NULL,
    digest   BLOB    NOT NULL CHECK (length(digest) = 16),
    decision INTEGER NOT NULL REFERENCES decisions (id),
    copies   INTEGER NOT NULL CHECK (copies > 0),
    PRIMARY KEY (wave, agency, digest, decision),
    FOREIGN KEY (wave, agency) REFERENCES wave_agencies (wave, agency)
) STRICT, WITHOUT ROWID;

CREATE INDEX verdicts_by_decision ON verdicts (decision);

-- The tally of the invalid responses of an agency: what is taken off the tally of all.
CREATE TABLE invalid_tallies (
    wave   INTEGER NOT NULL,
    agency INTEGER NOT NULL,
    n      INTEGER NOT NULL CHECK (n > 0),
    record BLOB    NOT NULL,
    PRIMARY KEY (wave, agency),
    FOREIGN KEY (wave, agency) REFERENCES wave_agencies (wave, agency)
) STRICT;
