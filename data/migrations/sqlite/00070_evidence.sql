-- +goose Up

-- Documents that agencies keep for their claims in a season. The files lie beside the database, by digest. at: Unix seconds.
-- submitted: a claim that was submitted refers to it.
CREATE TABLE evidence (
    season    INTEGER NOT NULL,
    agency    INTEGER NOT NULL,
    digest    TEXT    NOT NULL CHECK (length(digest) = 64),
    name      TEXT    NOT NULL,
    type      TEXT    NOT NULL,
    size      INTEGER NOT NULL CHECK (size > 0),
    number    TEXT    NOT NULL,
    date      TEXT    NOT NULL,
    issuer    TEXT    NOT NULL,
    author    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    submitted INTEGER NOT NULL DEFAULT 0 CHECK (submitted IN (0, 1)),
    PRIMARY KEY (season, agency, digest),
    FOREIGN KEY (season, agency) REFERENCES sheets (season, agency)
) STRICT, WITHOUT ROWID;

CREATE INDEX evidence_by_digest ON evidence (digest);
