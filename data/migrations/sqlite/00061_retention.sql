-- +goose Up

-- Agencies whose free texts were erased. n: responses looked at; of a tally with more, the texts of the later ones stand yet.
-- texts: erased.
CREATE TABLE erased_agencies (
    wave   INTEGER NOT NULL,
    agency INTEGER NOT NULL,
    n      INTEGER NOT NULL CHECK (n > 0),
    texts  INTEGER NOT NULL CHECK (texts >= 0),
    PRIMARY KEY (wave, agency),
    FOREIGN KEY (wave, agency) REFERENCES wave_agencies (wave, agency)
) STRICT, WITHOUT ROWID;

-- Waves whose free texts were erased. day: of the last time, as days since 1970-01-01. n, texts: sums over their agencies.
CREATE TABLE erasures (
    wave  INTEGER PRIMARY KEY REFERENCES waves (id),
    day   INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    texts INTEGER NOT NULL
) STRICT;

-- class: number of the class of erased texts that a coding is of, 0 = of a text as people wrote it. texts: how many different ones
-- a class stands for.
ALTER TABLE codings ADD COLUMN class INTEGER NOT NULL DEFAULT 0 CHECK (class >= 0);
ALTER TABLE codings ADD COLUMN texts INTEGER NOT NULL DEFAULT 1 CHECK (texts >= 0);
