-- +goose Up

-- What readers who are kept from small groups have seen of a wave: the answers it was made of, and pairs of variables, as JSON. body is
-- read and written whole; crc is its CRC-32C.
CREATE TABLE told_tables (
    wave INTEGER NOT NULL PRIMARY KEY REFERENCES waves (id),
    crc  INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT;
