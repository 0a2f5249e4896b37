package data

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"time"

	"thuocdo/scoring/phrase"
)

// CheckEvidence is the check of the files beside the database.
const CheckEvidence = "evidence"

// orphanAge is how long a file stays that no row is about: a copy of the database that is being made may still look for it.
const orphanAge = 24 * time.Hour

// How much is read anew where not everything is.
const (
	sampleFiles = 100
	sampleBytes = 256 << 20
)

// Files examines the files of documents, which Doctor leaves out: every one has to be there in its length, a sample of them – or
// all – with its digest; every document that a claim refers to has to be kept; and no file may be there that nobody knows.
func (s *Store) Files(ctx context.Context, all bool) (Check, error) {
	c := Check{Name: CheckEvidence, Title: phrase.VI("tệp tài liệu kiểm chứng", "files of documents")}
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return c, storage(err)
	}
	defer tx.Rollback()
	list, err := s.files(ctx, tx)
	if err != nil {
		return c, storage(err)
	}
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	var bytes int64
	for i, f := range list {
		if err := ctx.Err(); err != nil {
			return c, err
		}
		bytes += f.size
		f.check(&c, s.vault.path(f.digest), all || i < sampleFiles && bytes <= sampleBytes)
	}
	if err := s.loose(ctx, tx, &c); err != nil {
		return c, storage(err)
	}
	return c, s.orphans(list, func(path string) error {
		c.add(Problem{Item: path}, "không thuộc tài liệu nào; 'thuocdo season evidence sweep' sẽ xóa", "it belongs to no document; 'thuocdo season evidence sweep' removes it")
		return nil
	})
}

// keptFile is a file that some documents are about: the first of them stands for all.
type keptFile struct {
	digest, agency, name string
	size                 int64
}

// files returns each file that a row is about.
func (s *Store) files(ctx context.Context, q querier) (list []keptFile, err error) {
	err = each(ctx, q, `SELECT e.digest, min(a.code), e.name, e.size FROM evidence e JOIN agencies a ON a.id = e.agency GROUP BY e.digest ORDER BY e.digest`, func(r *sql.Rows) error {
		var f keptFile
		err := r.Scan(&f.digest, &f.agency, &f.name, &f.size)
		list = append(list, f)
		return err
	})
	return list, err
}

// check wants the file to be what its row says.
func (f keptFile) check(c *Check, path string, hash bool) {
	at := Problem{Agency: f.agency, Item: f.digest[:12] + " " + f.name}
	info, err := os.Stat(path)
	digest := f.digest
	if err == nil && hash {
		digest, _, err = hashFile(path)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.add(at, "tệp đã mất", "the file is gone")
	case err != nil:
		c.add(at, "không đọc được tệp: %v", "the file cannot be read: %v", err)
	case info.Size() != f.size:
		c.add(at, "tệp có %d byte, không phải %d", "the file has %d bytes, not %d", info.Size(), f.size)
	case digest != f.digest:
		c.add(at, "nội dung tệp đã bị đổi", "the content of the file was changed")
	}
}

// loose looks for claims that refer to documents which nobody keeps.
func (s *Store) loose(ctx context.Context, q querier, c *Check) error {
	return each(ctx, q, `SELECT x.code, a.code, l.leaf, t.atom FROM sheet_leaves l JOIN seasons x ON x.id = l.season JOIN agencies a ON a.id = l.agency, json_tree(l.body) t
		WHERE t.key = 'digest' AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.season = l.season AND e.agency = l.agency AND e.digest = t.atom)`, func(r *sql.Rows) error {
		var season, agency, leaf, digest string
		err := r.Scan(&season, &agency, &leaf, &digest)
		c.add(Problem{Agency: agency, Item: season + " " + leaf}, "dẫn tới tài liệu không còn lưu: %.12s", "it refers to a document that is not kept: %.12s", digest)
		return err
	})
}

// orphans calls yield for every file that no row is about, and that has been so for a while.
func (s *Store) orphans(list []keptFile, yield func(path string) error) error {
	known := make(map[string]bool, len(list))
	for _, f := range list {
		known[f.digest] = true
	}
	return s.vault.each(func(digest, path string, age time.Duration) error {
		if known[digest] || age < orphanAge {
			return nil
		}
		return yield(path)
	})
}

// SweepFiles removes files that no document is about for a day or longer: of documents that were removed, or of a process that
// was killed between a file and its row. It returns how many.
func (s *Store) SweepFiles(ctx context.Context) (n int, err error) {
	if s.writer == nil {
		return 0, ErrReadOnly
	}
	s.vault.mu.Lock() // none gets a row meanwhile
	defer s.vault.mu.Unlock()
	list, err := s.files(ctx, s.read)
	if err != nil {
		return 0, storage(err)
	}
	err = s.orphans(list, func(path string) error {
		err := os.Remove(path)
		if err == nil {
			n++
		}
		return cmp.Or(err, ctx.Err())
	})
	return n, err
}
