-- +goose Up

-- The sampling design of a wave as JSON; crc is the CRC-32C of the body.
CREATE TABLE designs (
    wave INTEGER PRIMARY KEY REFERENCES waves (id),
    crc  INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT;
