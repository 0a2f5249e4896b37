-- +goose Up

-- Later deadlines of single agencies. until, at: seconds since 1970-01-01 UTC; author: who gave the time, at: when.
CREATE TABLE sheet_time (
    season INTEGER NOT NULL,
    agency INTEGER NOT NULL,
    stage  TEXT    NOT NULL CHECK (stage IN ('draft', 'submitted', 'appraised', 'review', 'council')),
    until  INTEGER NOT NULL,
    reason TEXT    NOT NULL CHECK (reason <> ''),
    author TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (season, agency, stage),
    FOREIGN KEY (season, agency) REFERENCES sheets (season, agency)
) STRICT, WITHOUT ROWID;
