-- +goose Up

-- Seasons of assessment as JSON; crc is the CRC-32C of the body.
CREATE TABLE seasons (
    id    INTEGER PRIMARY KEY,
    code  TEXT    NOT NULL UNIQUE,
    state TEXT    NOT NULL CHECK (state IN ('planned', 'open', 'closed')),
    crc   INTEGER NOT NULL,
    body  TEXT    NOT NULL
) STRICT;

-- One sheet per agency of a season. head: who approved it for the agency. reason: why it was opened again.
CREATE TABLE sheets (
    season INTEGER NOT NULL REFERENCES seasons (id),
    agency INTEGER NOT NULL REFERENCES agencies (id),
    stage  TEXT    NOT NULL,
    head   TEXT    NOT NULL,
    reason TEXT    NOT NULL,
    PRIMARY KEY (season, agency)
) STRICT, WITHOUT ROWID;

-- What is claimed and said of each leaf, as JSON. version counts its changes.
CREATE TABLE sheet_leaves (
    season  INTEGER NOT NULL,
    agency  INTEGER NOT NULL,
    leaf    TEXT    NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    crc     INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (season, agency, leaf),
    FOREIGN KEY (season, agency) REFERENCES sheets (season, agency)
) STRICT, WITHOUT ROWID;
