-- +goose Up

-- A result that its owner does not publish has no score, rank or band; its inputs may be there or not.
ALTER TABLE scores ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0 CHECK (withheld IN (0, 1));

-- What-ifs that somebody saved. saved: microseconds since 1970-01-01 UTC. body: changes and basis as JSON; crc is its CRC-32C.
CREATE TABLE scenarios (
    id        TEXT    NOT NULL PRIMARY KEY,
    agency    INTEGER NOT NULL REFERENCES agencies (id),
    author    INTEGER NOT NULL REFERENCES accounts (id),
    saved     INTEGER NOT NULL,
    framework TEXT    NOT NULL,
    version   TEXT    NOT NULL,
    period    TEXT    NOT NULL,
    title     TEXT    NOT NULL,
    crc       INTEGER NOT NULL,
    body      TEXT    NOT NULL,
    FOREIGN KEY (framework, version) REFERENCES frameworks (code, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX scenarios_by_agency ON scenarios (agency, saved);
CREATE INDEX scenarios_by_author ON scenarios (author);
