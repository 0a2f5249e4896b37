// Package migrations holds the numbered SQL that builds the store, one folder per dialect. Migrations only go forward:
// a file that has been released never changes.
package migrations

import "embed"

// SQLite holds the migrations of the SQLite store in the folder "sqlite".
//
//go:embed sqlite/*.sql
var SQLite embed.FS
