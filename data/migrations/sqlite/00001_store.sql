-- +goose Up

PRAGMA application_id = 1416131951; -- "Thuo"

-- Definitions. Words in several languages are JSON objects by language tag. Days are days since 1970-01-01, 0 = not set.
-- crc, wherever it stands, is the CRC-32C of the body.

CREATE TABLE agencies (
    id         INTEGER PRIMARY KEY,
    code       TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL,
    form       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    parent     INTEGER REFERENCES agencies (id),
    valid_from INTEGER NOT NULL,
    valid_to   INTEGER NOT NULL
) STRICT;

CREATE TABLE successions (
    origin      INTEGER NOT NULL REFERENCES agencies (id),
    successor   INTEGER NOT NULL REFERENCES agencies (id),
    day         INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    legal_basis TEXT    NOT NULL,
    PRIMARY KEY (origin, successor, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE questionnaires (
    id      INTEGER PRIMARY KEY,
    code    TEXT NOT NULL,
    version TEXT NOT NULL,
    crc     INTEGER NOT NULL,
    body    TEXT NOT NULL,
    UNIQUE (code, version)
) STRICT;

CREATE TABLE frameworks (
    id      INTEGER PRIMARY KEY,
    code    TEXT NOT NULL,
    version TEXT NOT NULL,
    crc     INTEGER NOT NULL,
    body    TEXT NOT NULL,
    UNIQUE (code, version)
) STRICT;

-- opens, closes: microseconds since 1970-01-01 UTC.
CREATE TABLE waves (
    id            INTEGER PRIMARY KEY,
    code          TEXT    NOT NULL UNIQUE,
    title         TEXT    NOT NULL,
    questionnaire INTEGER NOT NULL REFERENCES questionnaires (id),
    framework     TEXT    NOT NULL,
    period        TEXT    NOT NULL,
    opens         INTEGER NOT NULL,
    closes        INTEGER NOT NULL,
    basis         TEXT    NOT NULL,
    UNIQUE (framework, period)
) STRICT;

CREATE TABLE wave_agencies (
    wave   INTEGER NOT NULL REFERENCES waves (id),
    agency INTEGER NOT NULL REFERENCES agencies (id),
    PRIMARY KEY (wave, agency)
) STRICT, WITHOUT ROWID;

-- Answers and receipts. Neither knows of the other, and inside a block everything is sorted by content, so that not
-- even the bytes of the file tell the order of arrival. crc is CRC-32C of the body.

CREATE TABLE responses (
    wave   INTEGER NOT NULL,
    agency INTEGER NOT NULL,
    block  INTEGER NOT NULL,
    n      INTEGER NOT NULL CHECK (n > 0),
    crc    INTEGER NOT NULL,
    body   BLOB    NOT NULL,
    PRIMARY KEY (wave, agency, block),
    FOREIGN KEY (wave, agency) REFERENCES wave_agencies (wave, agency)
) STRICT;

-- A block holds the receipts whose digests are at or after first and before the first of the next block.
CREATE TABLE receipts (
    first BLOB    NOT NULL PRIMARY KEY,
    n     INTEGER NOT NULL CHECK (n > 0),
    crc   INTEGER NOT NULL,
    body  BLOB    NOT NULL
) STRICT;

-- How many answers, hence receipts, a wave has.
CREATE TABLE wave_counts (
    wave INTEGER PRIMARY KEY REFERENCES waves (id),
    n    INTEGER NOT NULL
) STRICT;

CREATE TABLE tallies (
    wave   INTEGER NOT NULL,
    agency INTEGER NOT NULL,
    n      INTEGER NOT NULL CHECK (n > 0),
    record BLOB    NOT NULL,
    PRIMARY KEY (wave, agency),
    FOREIGN KEY (wave, agency) REFERENCES wave_agencies (wave, agency)
) STRICT;

-- Two older copies of each tally. The one with the smaller n is what the public sees of an open wave, the other one is
-- what it sees next; a single copy is not shown yet.
CREATE TABLE tally_steps (
    wave   INTEGER NOT NULL,
    agency INTEGER NOT NULL,
    slot   INTEGER NOT NULL CHECK (slot IN (0, 1)),
    n      INTEGER NOT NULL CHECK (n > 0),
    record BLOB    NOT NULL,
    PRIMARY KEY (wave, agency, slot),
    FOREIGN KEY (wave, agency) REFERENCES wave_agencies (wave, agency)
) STRICT;

-- Inputs of the leaves of one agency: a JSON object by leaf code.
CREATE TABLE scores (
    framework TEXT    NOT NULL,
    period    TEXT    NOT NULL,
    agency    INTEGER NOT NULL REFERENCES agencies (id),
    crc       INTEGER NOT NULL,
    body      TEXT    NOT NULL,
    PRIMARY KEY (framework, period, agency)
) STRICT;

CREATE TABLE accounts (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    login    TEXT    NOT NULL UNIQUE,
    name     TEXT    NOT NULL,
    role     TEXT    NOT NULL,
    agency   TEXT    NOT NULL,
    password TEXT    NOT NULL,
    disabled INTEGER NOT NULL
) STRICT;

-- expires: microseconds since 1970-01-01 UTC.
CREATE TABLE sessions (
    token   TEXT    NOT NULL PRIMARY KEY,
    expires INTEGER NOT NULL,
    body    BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_expiry ON sessions (expires);

-- Written by the readiness probe.
CREATE TABLE probe (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    n  INTEGER NOT NULL
) STRICT;

INSERT INTO probe (id, n) VALUES (1, 0);
