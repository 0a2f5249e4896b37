package data

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
	"strings"
)

// rowQuerier reads rows: a connection or a pool.
type rowQuerier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// digestRows returns the SHA-256 of every row of every table, in hexadecimal: of the name of each table, then of its
// values by row, each behind its kind and length. It does not depend on where in the file a row lies.
func digestRows(ctx context.Context, q rowQuerier) (string, error) {
	tables, err := tableNames(ctx, q)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, table := range tables {
		if err := digestTable(ctx, q, sum, table); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func tableNames(ctx context.Context, q rowQuerier) (names []string, err error) {
	rows, err := q.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// digestTable adds one table, in the order of its key.
func digestTable(ctx context.Context, q rowQuerier, sum hash.Hash, table string) error {
	rows, err := q.QueryContext(ctx, `SELECT * FROM "`+strings.ReplaceAll(table, `"`, `""`)+`"`)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, at := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i := range values {
		at[i] = &values[i]
	}
	put(sum, []byte(table), 't')
	for rows.Next() {
		if err := rows.Scan(at...); err != nil {
			return err
		}
		for _, v := range values {
			kind := byte('v')
			if v == nil {
				kind = 'n'
			}
			put(sum, v, kind)
		}
	}
	return rows.Err()
}

func put(sum hash.Hash, b []byte, kind byte) {
	var head [1 + 8]byte
	head[0] = kind
	binary.LittleEndian.PutUint64(head[1:], uint64(min(len(b), math.MaxInt)))
	sum.Write(head[:])
	sum.Write(b)
}
