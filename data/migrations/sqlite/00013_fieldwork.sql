-- +goose Up

-- How often each page of a wave's form was shown and left with valid answers, by day: sums over people, written five at a time
-- at least, so that nothing here tells of one of them. page: its code, '' = the last step, which sends.
CREATE TABLE page_counts (
    wave      INTEGER NOT NULL REFERENCES waves (id),
    page      TEXT    NOT NULL,
    day       INTEGER NOT NULL,
    shown     INTEGER NOT NULL CHECK (shown >= 0),
    completed INTEGER NOT NULL CHECK (completed >= 0),
    PRIMARY KEY (wave, page, day)
) STRICT, WITHOUT ROWID;

-- Coding of open answers. Texts are named by a digest of their words within wave and question: no table here knows of a
-- response. Codes are words separated by blanks.
CREATE TABLE code_frames (
    wave     INTEGER NOT NULL REFERENCES waves (id),
    question TEXT    NOT NULL,
    turn     INTEGER NOT NULL,
    crc      INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (wave, question)
) STRICT, WITHOUT ROWID;

CREATE TABLE coders (
    wave     INTEGER NOT NULL REFERENCES waves (id),
    question TEXT    NOT NULL,
    place    INTEGER NOT NULL CHECK (place IN (1, 2)),
    account  INTEGER NOT NULL REFERENCES accounts (id),
    done     INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
    PRIMARY KEY (wave, question, place),
    UNIQUE (wave, question, account)
) STRICT, WITHOUT ROWID;

-- place: 1 and 2 = what that coder gave; 0 = what was agreed on afterwards.
CREATE TABLE codings (
    wave     INTEGER NOT NULL REFERENCES waves (id),
    question TEXT    NOT NULL,
    digest   BLOB    NOT NULL CHECK (length(digest) = 16),
    place    INTEGER NOT NULL CHECK (place IN (0, 1, 2)),
    codes    TEXT    NOT NULL,
    PRIMARY KEY (wave, question, digest, place)
) STRICT, WITHOUT ROWID;
