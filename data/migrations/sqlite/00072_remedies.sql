-- +goose Up

-- Tasks of remedial plans as JSON; crc is the CRC-32C of the body. version counts changes. public: everyone reads of it.
CREATE TABLE remedies (
    id        INTEGER PRIMARY KEY,
    agency    INTEGER NOT NULL REFERENCES agencies (id),
    framework TEXT    NOT NULL,
    period    TEXT    NOT NULL,
    version   INTEGER NOT NULL CHECK (version > 0),
    public    INTEGER NOT NULL CHECK (public IN (0, 1)),
    crc       INTEGER NOT NULL,
    body      TEXT    NOT NULL
) STRICT;

CREATE INDEX remedies_by_agency ON remedies (agency, framework, period);
