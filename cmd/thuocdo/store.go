package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"thuocdo/data"
)

// dbFlag names the database; commands that use one embed it.
type dbFlag struct {
	DB string `help:"Database file." default:"thuocdo.db" env:"THUOCDO_DB" placeholder:"FILE"`
}

// open opens an existing database for reading and writing; a running server keeps every other writer out.
func (d dbFlag) open(ctx context.Context) (*data.Store, error) {
	if err := d.mustExist(); err != nil {
		return nil, err
	}
	return data.Open(ctx, d.DB, data.Options{})
}

// read opens an existing database for reading, beside a running server if there is one.
func (d dbFlag) read(ctx context.Context) (*data.Store, error) {
	if err := d.mustExist(); err != nil {
		return nil, err
	}
	return data.Open(ctx, d.DB, data.Options{ReadOnly: true})
}

// mustExist keeps a misspelt name from making an empty database.
func (d dbFlag) mustExist() error {
	_, err := os.Stat(d.DB)
	if errors.Is(err, fs.ErrNotExist) {
		return withHint(fmt.Errorf("there is no database %s", d.DB), "'thuocdo migrate --db %s' makes an empty one, 'thuocdo demo' one with examples", d.DB)
	}
	if err != nil {
		return fmt.Errorf("database: %w", err)
	}
	return nil
}
