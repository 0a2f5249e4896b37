-- +goose Up

-- How responses came in, one list per agency of a wave, sorted by content; responses refer to it by number. crc is the
-- CRC-32C of the body.
CREATE TABLE circumstances (
    wave   INTEGER NOT NULL,
    agency INTEGER NOT NULL,
    crc    INTEGER NOT NULL,
    body   BLOB    NOT NULL,
    PRIMARY KEY (wave, agency),
    FOREIGN KEY (wave, agency) REFERENCES wave_agencies (wave, agency)
) STRICT;
