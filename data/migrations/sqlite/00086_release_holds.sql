-- +goose Up

-- Indexes of which the public sees only what published releases say. since: microseconds since 1970-01-01 UTC. reason: words of whoever
-- holds them, or the id of a release.
CREATE TABLE release_holds (
    framework TEXT    NOT NULL,
    period    TEXT    NOT NULL,
    since     INTEGER NOT NULL,
    reason    TEXT    NOT NULL,
    PRIMARY KEY (framework, period)
) STRICT, WITHOUT ROWID;
