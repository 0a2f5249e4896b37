-- +goose Up

-- Where people with an account get letters. salt: random, so that the log of acts, which has a digest of the row, gives no address
-- away; bounced: the mail server said that there is no such mailbox.
CREATE TABLE account_contacts (
    account   INTEGER NOT NULL PRIMARY KEY REFERENCES accounts (id),
    email     TEXT    NOT NULL,
    salt      BLOB    NOT NULL CHECK (length(salt) = 16),
    lang      TEXT    NOT NULL DEFAULT 'vi' CHECK (lang IN ('vi', 'en')),
    reminders INTEGER NOT NULL DEFAULT 1 CHECK (reminders IN (0, 1)),
    bounced   INTEGER NOT NULL DEFAULT 0 CHECK (bounced IN (0, 1))
) STRICT;

CREATE INDEX account_contacts_by_email ON account_contacts (email);

-- Letters to them that wait, under random ids. email: NULL = to the address of the account; body: JSON, what a reminder is about; due,
-- until: seconds since 1970-01-01 UTC, when to try and when to give up. A row goes when its letter is sent. No code is ever in it.
CREATE TABLE account_letters (
    id      BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account INTEGER NOT NULL REFERENCES accounts (id),
    kind    TEXT    NOT NULL CHECK (kind IN ('account', 'reset', 'password', 'moved', 'due')),
    email   TEXT,
    body    TEXT,
    tries   INTEGER NOT NULL DEFAULT 0,
    due     INTEGER NOT NULL DEFAULT 0,
    until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX account_letters_by_due ON account_letters (due, id);

CREATE INDEX account_letters_by_account ON account_letters (account);

-- Digests of the one-time codes that went out by letter. Each try of a letter makes a code; all of an account end with the first that
-- is used. made, expires: microseconds since 1970-01-01 UTC.
CREATE TABLE account_mail_codes (
    digest  BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 16),
    account INTEGER NOT NULL REFERENCES accounts (id),
    letter  BLOB    NOT NULL,
    kind    TEXT    NOT NULL,
    made    INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX account_mail_codes_by_account ON account_mail_codes (account);
