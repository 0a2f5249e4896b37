-- +goose Up

-- Sealed releases. file: as it was sealed, gzip; crc is the CRC-32C of that. about: as JSON. stored, ended: microseconds since
-- 1970-01-01 UTC; out: minutes since then, from which on everybody may know of it. note, reason: words in two languages as JSON.
CREATE TABLE releases (
    id        TEXT    NOT NULL PRIMARY KEY,
    framework TEXT    NOT NULL,
    period    TEXT    NOT NULL,
    about     TEXT    NOT NULL,
    stored    INTEGER NOT NULL,
    out       INTEGER,
    ended     INTEGER,
    corrects  TEXT    REFERENCES releases (id),
    note      TEXT    NOT NULL,
    reason    TEXT    NOT NULL,
    crc       INTEGER NOT NULL,
    file      BLOB    NOT NULL
) STRICT;

CREATE INDEX releases_by_period ON releases (framework, period);
CREATE INDEX releases_by_corrects ON releases (corrects);

-- Who may read a release before it is public: a login, or "@" and the code of an agency.
CREATE TABLE release_guests (
    release TEXT NOT NULL REFERENCES releases (id),
    guest   TEXT NOT NULL,
    PRIMARY KEY (release, guest)
) STRICT, WITHOUT ROWID;

-- Every look at a release before it was public. at: microseconds since 1970-01-01 UTC.
CREATE TABLE release_views (
    id      INTEGER PRIMARY KEY,
    release TEXT    NOT NULL REFERENCES releases (id),
    at      INTEGER NOT NULL,
    account INTEGER NOT NULL REFERENCES accounts (id),
    what    TEXT    NOT NULL
) STRICT;

CREATE INDEX release_views_by_release ON release_views (release);
