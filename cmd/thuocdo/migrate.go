package main

import (
	"context"
	"errors"
	"fmt"

	"thuocdo/data"
	"thuocdo/data/reference"
)

// migrateCmd makes a database or brings an older one up to date.
type migrateCmd struct {
	dbFlag
	Empty bool `help:"Leave out the reference data: provinces, questionnaires, frameworks."`
}

// Examples ends the help of the command.
func (*migrateCmd) Examples() []string {
	return []string{"thuocdo migrate --db thuocdo.db", "thuocdo migrate --db blank.db --empty"}
}

// Run opens the database, which migrates it, and puts the reference data in that is not there yet.
func (m *migrateCmd) Run(ctx context.Context, c *console) error {
	store, err := data.Open(ctx, m.DB, data.Options{})
	if err != nil {
		return err
	}
	defer store.Close()
	if !m.Empty {
		if err := putReference(ctx, store); err != nil {
			return err
		}
	}
	c.say("database %s is up to date", m.DB)
	return nil
}

// putReference stores the data that the product ships with. What is stored already stays as it is: agencies are only
// added to a store that has none, and a version that was published with other content is left alone.
func putReference(ctx context.Context, store *data.Store) error {
	known, err := store.Agencies(ctx)
	if err != nil {
		return err
	}
	if len(known) == 0 {
		agencies, successions, err := reference.Agencies()
		if err != nil {
			return err
		}
		if err := store.PutAgencies(ctx, agencies, successions); err != nil {
			return fmt.Errorf("reference agencies: %w", err)
		}
	}
	questionnaires, err := reference.Questionnaires()
	if err != nil {
		return err
	}
	for _, q := range questionnaires {
		if err := store.PutQuestionnaire(ctx, q); err != nil && !errors.Is(err, data.ErrPublished) {
			return fmt.Errorf("reference questionnaire %s %s: %w", q.Code, q.Version, err)
		}
	}
	frameworks, err := reference.Frameworks()
	if err != nil {
		return err
	}
	for _, f := range frameworks {
		if err := store.PutFramework(ctx, f); err != nil && !errors.Is(err, data.ErrPublished) {
			return fmt.Errorf("reference framework %s %s: %w", f.Code, f.Version, err)
		}
	}
	return nil
}
