-- +goose Up

-- Devices at counters that take answers. Each is found by the digest of a code that sets it up once, then by that of a token
-- which only the device holds. pin: argon2id hash of what leaves it. expires: days since 1970-01-01. No account stands here.
CREATE TABLE kiosks (
    id      INTEGER PRIMARY KEY,
    setup   BLOB UNIQUE,
    token   BLOB UNIQUE,
    wave    INTEGER NOT NULL,
    agency  INTEGER NOT NULL,
    counter TEXT    NOT NULL,
    pin     TEXT    NOT NULL,
    expires INTEGER NOT NULL,
    FOREIGN KEY (wave, agency) REFERENCES wave_agencies (wave, agency)
) STRICT;

-- Batches of printed forms, numbered from 1 to issued. twice: two people type each form in.
CREATE TABLE paper_batches (
    id     INTEGER PRIMARY KEY,
    wave   INTEGER NOT NULL,
    agency INTEGER NOT NULL,
    code   TEXT    NOT NULL UNIQUE,
    issued INTEGER NOT NULL CHECK (issued > 0),
    twice  INTEGER NOT NULL CHECK (twice IN (0, 1)),
    FOREIGN KEY (wave, agency) REFERENCES wave_agencies (wave, agency)
) STRICT;

-- Forms that came back. state: 1 typed in once and waiting, 2 counted, 3 invalid. key: the once-only key of a form that
-- waits, '' afterwards. Answers know nothing of forms.
CREATE TABLE paper_forms (
    batch  INTEGER NOT NULL REFERENCES paper_batches (id),
    number INTEGER NOT NULL CHECK (number > 0),
    state  INTEGER NOT NULL CHECK (state IN (1, 2, 3)),
    reason TEXT    NOT NULL,
    key    TEXT    NOT NULL,
    PRIMARY KEY (batch, number)
) STRICT, WITHOUT ROWID;

-- What was typed in of forms that wait; erased once they are counted. crc is the CRC-32C of the body.
CREATE TABLE paper_entries (
    batch  INTEGER NOT NULL,
    number INTEGER NOT NULL,
    pass   INTEGER NOT NULL CHECK (pass IN (1, 2)),
    author INTEGER NOT NULL REFERENCES accounts (id),
    crc    INTEGER NOT NULL,
    body   BLOB    NOT NULL,
    PRIMARY KEY (batch, number, pass),
    FOREIGN KEY (batch, number) REFERENCES paper_forms (batch, number)
) STRICT, WITHOUT ROWID;
