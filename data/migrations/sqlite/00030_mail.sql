-- +goose Up

-- Waves whose invitations go by e-mail. proof: tells whether a code for sending is the wave's own; gives nothing else.
CREATE TABLE mail_lists (
    wave   INTEGER NOT NULL PRIMARY KEY REFERENCES waves (id),
    proof  BLOB    NOT NULL CHECK (length(proof) = 16),
    erased INTEGER NOT NULL DEFAULT 0 CHECK (erased IN (0, 1))
) STRICT;

-- Addresses of an open wave, under random ids. The invitation code of one follows from its salt and the code for sending,
-- which is stored nowhere. digest: keyed, of the address. email: NULL once nothing more may be sent there. All rows of a wave
-- go when it ends.
CREATE TABLE mail_addresses (
    id     BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    wave   INTEGER NOT NULL REFERENCES waves (id),
    agency INTEGER NOT NULL REFERENCES agencies (id),
    digest BLOB    NOT NULL CHECK (length(digest) = 16),
    salt   BLOB    NOT NULL CHECK (length(salt) = 16),
    email  TEXT,
    lang   TEXT    NOT NULL,
    state  TEXT    NOT NULL DEFAULT 'fresh' CHECK (state IN ('fresh', 'written', 'out', 'bounced'))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX mail_addresses_by_digest ON mail_addresses (digest, wave);

CREATE INDEX mail_addresses_by_wave ON mail_addresses (wave, state);

-- Rounds of letters, with counts that stay. begun: days since 1970-01-01.
CREATE TABLE mail_rounds (
    id     INTEGER PRIMARY KEY,
    wave   INTEGER NOT NULL REFERENCES waves (id),
    kind   TEXT    NOT NULL CHECK (kind IN ('invite', 'remind', 'point')),
    begun  INTEGER NOT NULL,
    total  INTEGER NOT NULL,
    sent   INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX mail_rounds_by_wave ON mail_rounds (wave);

-- Letters that wait, under random ids. sealed: the invitation code, under the key of the round. due: seconds since
-- 1970-01-01, 0 = at once. A row goes when its letter is sent.
CREATE TABLE mail_queue (
    id      BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    round   INTEGER NOT NULL REFERENCES mail_rounds (id),
    address BLOB    NOT NULL REFERENCES mail_addresses (id) ON DELETE CASCADE,
    sealed  BLOB,
    tries   INTEGER NOT NULL DEFAULT 0,
    due     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX mail_queue_by_due ON mail_queue (due, id);

CREATE INDEX mail_queue_by_round ON mail_queue (round);

CREATE INDEX mail_queue_by_address ON mail_queue (address);

-- What letters say, where somebody wrote other words than the program's.
CREATE TABLE mail_words (
    wave    INTEGER NOT NULL REFERENCES waves (id),
    kind    TEXT    NOT NULL,
    lang    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (wave, kind, lang)
) STRICT, WITHOUT ROWID;
