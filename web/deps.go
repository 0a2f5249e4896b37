package web

import (
	"context"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/scenario"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/paper"
)

// Store is everything the pages read and write. Package data implements it.
type Store interface {
	survey.Waves
	survey.Log
	standing.Source
	Directory
	Accounts
	survey.Invitations
	Invitations
	Mailing
	Sessions
	SignedIn
	Tokens
	Webhooks
	AccountKeeper
	AccountLists
	Contacts
	Factors
	Passwords
	Identities
	Scenarios
	Remedies
	Reforms
	Reviews
	Pages
	Assessments
	Opinions
	Drafts
	Questionnaires
	Sketches
	Answers
	Disclosures
	Recorder
	Kiosks
	Papers
	WaveKeeper
	Audits
	Releases
	Holds
	Evidence
	Retentions

	// Stamp names the state that the figures of a period come from in a view: while it stays the same, so do they.
	Stamp(ctx context.Context, period string, v standing.View) (string, error)
	// Counted reports whether an answer with this receipt digest is stored, and in which wave.
	Counted(ctx context.Context, digest [16]byte) (wave string, counted bool, err error)
	// Full reports whether an answer would be refused now for want of room.
	Full() bool
	// Ready returns why the store cannot serve now: not writable, migrations missing, queue full.
	Ready(ctx context.Context) error
}

// Directory lists what there is to ask about and to rank.
type Directory interface {
	Waves(ctx context.Context) ([]survey.Wave, error)               // newest period first
	Agencies(ctx context.Context) ([]survey.Agency, error)          // sorted by code
	Agency(ctx context.Context, code string) (survey.Agency, error) // survey.ErrUnknownAgency
	Successions(ctx context.Context) ([]survey.Succession, error)
	Frameworks(ctx context.Context) ([]*scoring.Framework, error)
	Periods(ctx context.Context, framework string) ([]survey.Period, error) // newest first
}

// Accounts finds who signs in.
type Accounts interface {
	AccountByLogin(ctx context.Context, login string) (account.Account, error) // account.ErrUnknown
	AccountByID(ctx context.Context, id int64) (account.Account, error)        // account.ErrUnknown
}

// Sessions keeps what the session manager writes, by the hash of the token.
type Sessions interface {
	FindCtx(ctx context.Context, token string) (b []byte, found bool, err error)
	CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error
	DeleteCtx(ctx context.Context, token string) error
}

// Scenarios keeps what-ifs that somebody saved.
type Scenarios interface {
	PutScenario(ctx context.Context, x scenario.Scenario) error                   // scenario.ErrTitle, ErrEmpty, ErrFull
	Scenario(ctx context.Context, id string) (scenario.Scenario, error)           // scenario.ErrUnknown
	Scenarios(ctx context.Context, of account.Scope) ([]scenario.Scenario, error) // newest first
	DeleteScenario(ctx context.Context, id string, author int64) error            // scenario.ErrUnknown
}

// Drafts keeps forms that people put aside, sealed with what only they know.
type Drafts interface {
	PutDraft(ctx context.Context, lookup [16]byte, expires survey.Day, sealed []byte) error // survey.ErrDraftsFull
	Draft(ctx context.Context, lookup [16]byte) (sealed []byte, expires survey.Day, err error)
	PurgeDrafts(ctx context.Context, today survey.Day) (purged int64, err error)
	// RefreshColumns brings columns of answers that are kept beside the database up to date.
	RefreshColumns(ctx context.Context) error
}

// Kiosks keeps devices at counters, by digests of what only they hold.
type Kiosks interface {
	PutKiosk(ctx context.Context, k survey.Terminal, setup [16]byte) error
	ActivateKiosk(ctx context.Context, setup, token [16]byte) (survey.Terminal, error) // survey.ErrNoKiosk
	Kiosk(ctx context.Context, token [16]byte) (survey.Terminal, error)                // survey.ErrNoKiosk
	DropKiosk(ctx context.Context, token [16]byte) error
}

// Papers keeps batches of printed forms and what is typed from them until it is counted.
type Papers interface {
	PutBatch(ctx context.Context, b paper.Batch) error
	Batches(ctx context.Context, wave string, of account.Scope) ([]paper.Batch, error)
	Batch(ctx context.Context, code string) (paper.Batch, []paper.Sheet, error) // paper.ErrNoBatch
	PutEntry(ctx context.Context, code string, number int, e paper.Entry, key string) (pass int, err error)
	Entries(ctx context.Context, code string, number int) (list []paper.Entry, key string, err error)
	Settle(ctx context.Context, code string, number int, state paper.State, reason string) error
}
