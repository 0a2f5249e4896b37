-- +goose Up

-- Second factors. sealed: the secret of an authenticator app under the key in FILE.factors; used: the step of 30 s whose code was
-- taken last, so that none is taken twice. Not confirmed: shown, but no code of it was seen yet.
CREATE TABLE authenticators (
    account   INTEGER NOT NULL PRIMARY KEY REFERENCES accounts (id),
    sealed    BLOB    NOT NULL,
    confirmed INTEGER NOT NULL,
    used      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Recovery codes that were not used yet: the first four characters, and an argon2id hash of the others.
CREATE TABLE recovery_codes (
    account  INTEGER NOT NULL REFERENCES accounts (id),
    selector TEXT    NOT NULL,
    hash     TEXT    NOT NULL,
    PRIMARY KEY (account, selector)
) STRICT, WITHOUT ROWID;

-- Passkeys: public keys. body: the credential as it was registered, JSON; uses: its own count of uses, where it counts.
-- added: microseconds since 1970-01-01 UTC.
CREATE TABLE passkeys (
    id      BLOB    NOT NULL PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (id),
    handle  BLOB    NOT NULL,
    name    TEXT    NOT NULL,
    added   INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    uses    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX passkeys_by_account ON passkeys (account);

-- Who somebody is to a single sign-on service.
CREATE TABLE identities (
    issuer  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    account INTEGER NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX identities_by_account ON identities (account);

-- Roles whose accounts need a second factor.
CREATE TABLE factor_roles (
    role TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
