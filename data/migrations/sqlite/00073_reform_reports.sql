-- +goose Up

-- Texts of reform reports as JSON; crc is the CRC-32C of the body. version counts changes.
CREATE TABLE reform_reports (
    agency  INTEGER NOT NULL REFERENCES agencies (id),
    period  TEXT    NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    crc     INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (agency, period)
) STRICT, WITHOUT ROWID;
