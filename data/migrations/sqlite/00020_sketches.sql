-- +goose Up

-- Questionnaires that are not published yet. day: days since 1970-01-01. body: the questionnaire as JSON; crc is its CRC-32C.
CREATE TABLE sketches (
    id       TEXT    NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL CHECK (revision > 0),
    base     TEXT    NOT NULL,
    editor   INTEGER NOT NULL REFERENCES accounts (id),
    day      INTEGER NOT NULL,
    crc      INTEGER NOT NULL,
    body     TEXT    NOT NULL
) STRICT;

-- What a sketch was before each of its last steps, by the revision that the step made.
CREATE TABLE sketch_steps (
    sketch   TEXT    NOT NULL REFERENCES sketches (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    act      TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    crc      INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (sketch, revision)
) STRICT;

-- Who published a questionnaire on a page, and on which day. Those of the command line have no row.
CREATE TABLE publications (
    questionnaire INTEGER NOT NULL PRIMARY KEY REFERENCES questionnaires (id),
    account       INTEGER NOT NULL REFERENCES accounts (id),
    day           INTEGER NOT NULL
) STRICT;
