-- +goose Up

-- written: day of the last letter of what there is to do, since 1970-01-01; news: the newest row of season_news that was looked at for one.
ALTER TABLE account_contacts ADD COLUMN written INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account_contacts ADD COLUMN news INTEGER NOT NULL DEFAULT 0;

-- What happened in seasons that people are told of: questions of appraisers, sheets that were put back. at: seconds since 1970-01-01 UTC.
CREATE TABLE season_news (
    id     INTEGER NOT NULL PRIMARY KEY,
    season INTEGER NOT NULL REFERENCES seasons (id),
    agency INTEGER NOT NULL REFERENCES agencies (id),
    kind   TEXT    NOT NULL CHECK (kind IN ('asked', 'reopened')),
    at     INTEGER NOT NULL
) STRICT;

-- Reminders that are sent, or wait as letters: once for each deadline. days: before it, 0 = that it has passed; deadline: seconds since
-- 1970-01-01 UTC, so that more time brings new ones.
CREATE TABLE season_reminders (
    account  INTEGER NOT NULL REFERENCES accounts (id),
    season   INTEGER NOT NULL REFERENCES seasons (id),
    stage    TEXT    NOT NULL,
    deadline INTEGER NOT NULL,
    days     INTEGER NOT NULL,
    PRIMARY KEY (account, season, stage, deadline, days)
) STRICT, WITHOUT ROWID;
