package data

import (
	"context"
	"database/sql"
	"errors"
	"runtime"

	"thuocdo/survey"
)

// Bare is the yardstick of a store: the same bytes by plain group commit in the same kind of file, one row per answer in
// order of arrival, nothing counted, nothing kept unlinkable. It is what SQLite itself can do here, and for measurements
// only. It is safe for concurrent use.
type Bare struct {
	db    *sql.DB
	keyed bool
	queue chan bareRow
	done  chan struct{}
}

type bareRow struct {
	e    survey.Entry
	done chan error
}

// OpenBare opens a file that nobody else writes to. Where it is keyed, each answer is also a row with its receipt as
// primary key, without which a retry would count twice.
func OpenBare(ctx context.Context, path string, keyed bool) (*Bare, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	x := &Bare{pool(path, writing), keyed, make(chan bareRow, defaultQueue), make(chan struct{})}
	_, err = x.db.ExecContext(ctx, `CREATE TABLE bare (id INTEGER PRIMARY KEY, day INTEGER, mode TEXT, agency TEXT, body BLOB);
		CREATE TABLE bare_keys (receipt BLOB PRIMARY KEY, content BLOB) WITHOUT ROWID`)
	if err != nil {
		return nil, errors.Join(storage(err), x.db.Close())
	}
	go x.run()
	return x, nil
}

func (x *Bare) run() {
	defer close(x.done)
	for first := range x.queue {
		batch := x.gather(first)
		err := x.commit(batch)
		for _, r := range batch {
			r.done <- err
		}
	}
}

// Append stores one answer and returns once it is on disk.
func (x *Bare) Append(e survey.Entry) error {
	r := bareRow{e, make(chan error, 1)}
	x.queue <- r
	return <-r.done
}

// Close waits for what was sent and closes the file. Nothing may be sent afterwards.
func (x *Bare) Close() error {
	close(x.queue)
	<-x.done
	return x.db.Close()
}

func (x *Bare) gather(first bareRow) []bareRow {
	runtime.Gosched()
	batch := []bareRow{first}
	for len(batch) < defaultBatch {
		select {
		case r, ok := <-x.queue:
			if !ok {
				return batch
			}
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

func (x *Bare) commit(batch []bareRow) error {
	tx, err := x.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, r := range batch {
		if err := x.put(tx, r.e); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (x *Bare) put(tx *sql.Tx, e survey.Entry) error {
	_, err := tx.Exec(`INSERT INTO bare (day, mode, agency, body) VALUES (?, ?, ?, ?)`, e.Day, string(e.Mode), e.Agency, e.Packed)
	if err != nil || !x.keyed {
		return err
	}
	_, err = tx.Exec(`INSERT INTO bare_keys (receipt, content) VALUES (?, ?) ON CONFLICT DO NOTHING`, e.Receipt[:], e.Content[:])
	return err
}
