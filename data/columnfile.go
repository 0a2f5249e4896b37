package data

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"thuocdo/survey/plane"
)

// A file of columns holds the answers of one wave question by question. It is made from the database, for speed alone: whoever
// deletes it loses time. Each agency's part is bound to the digest of its tally: the part of an agency whose tally has changed
// since is not used. The people of a part stand in the order of their blocks, which says nothing.
//
//	"TDPLANE1"
//	parts         the columns of an agency one after the other, words of 64 bits, lowest byte first
//	index         per agency: id, n, offset as uvarints; first 64 bits of the SHA-256 of its tally; CRC-32C of each column
//	length of the index, its CRC-32C, "TDPLANE1"
const columnMagic = "TDPLANE1"

// columnTail is what follows the index.
const columnTail = 8 + 4 + len(columnMagic)

// columnPart is where the answers about one agency are.
type columnPart struct {
	n     int
	tally uint64
	at    int64
	sums  []uint32 // by column
}

// columnFile is an open file of columns. Its parts may be read at the same time.
type columnFile struct {
	f      *os.File
	layout *plane.Layout
	parts  map[int64]columnPart // by agency
}

// columnPath returns where the columns of a wave are: wave codes are names of files.
func (s *Store) columnPath(wave string) string {
	return filepath.Join(s.path+".columns", wave+".planes")
}

// openColumns opens a file of columns. A file that is not there or damaged is none: an error.
func openColumns(path string, layout *plane.Layout) (*columnFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	c := &columnFile{f: f, layout: layout, parts: map[int64]columnPart{}}
	if err := c.readIndex(); err != nil {
		return nil, errors.Join(fmt.Errorf("columns %s: %w", path, err), f.Close())
	}
	return c, nil
}

func (c *columnFile) readIndex() error {
	info, err := c.f.Stat()
	if err != nil {
		return err
	}
	var tail [columnTail]byte
	end := info.Size() - int64(columnTail)
	if _, err := c.f.ReadAt(tail[:], end); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	size := binary.LittleEndian.Uint64(tail[:])
	if string(tail[12:]) != columnMagic || size > uint64(end) {
		return ErrCorrupt
	}
	index := make([]byte, size)
	if _, err := c.f.ReadAt(index, end-int64(size)); err != nil {
		return errors.Join(ErrCorrupt, err)
	}
	if crc32.Checksum(index, castagnoli) != binary.LittleEndian.Uint32(tail[8:]) {
		return ErrCorrupt
	}
	in := varints{b: index}
	for len(in.b) > 0 && !in.bad {
		if err := c.readPart(&in, end-int64(size)); err != nil {
			return err
		}
	}
	return nil
}

func (c *columnFile) readPart(in *varints, end int64) error {
	id := in.next(1 << 62)
	p := columnPart{n: int(in.next(1 << 40)), at: int64(in.next(uint64(end)))}
	need, size := 8+4*len(c.layout.Columns()), int64(0)
	if in.bad || len(in.b) < need {
		return ErrCorrupt
	}
	p.tally = binary.LittleEndian.Uint64(in.b)
	for i := range c.layout.Columns() {
		p.sums = append(p.sums, binary.LittleEndian.Uint32(in.b[8+4*i:]))
		size += 8 * int64(c.layout.Words(i, p.n))
	}
	if in.b = in.b[need:]; p.at+size > end {
		return ErrCorrupt
	}
	c.parts[int64(id)] = p
	return nil
}

// read returns the words of one column of a part, checked; room may be used for them.
func (c *columnFile) read(p columnPart, column int, room *columnRoom) ([]uint64, error) {
	at := p.at
	for i := range column {
		at += 8 * int64(c.layout.Words(i, p.n))
	}
	n := c.layout.Words(column, p.n)
	b := room.take(8 * n)
	if _, err := c.f.ReadAt(b, at); err != nil {
		return nil, errors.Join(ErrCorrupt, err)
	}
	if crc32.Checksum(b, castagnoli) != p.sums[column] {
		return nil, ErrCorrupt
	}
	words := room.words[:0]
	for ; len(b) > 0; b = b[8:] {
		words = append(words, binary.LittleEndian.Uint64(b))
	}
	room.words = words
	return words, nil
}

// columnRoom is memory that is used again.
type columnRoom struct {
	bytes []byte
	words []uint64
}

func (r *columnRoom) take(n int) []byte {
	if cap(r.bytes) < n {
		r.bytes = make([]byte, n)
	}
	return r.bytes[:n]
}

// columnWriter writes a file of columns under another name, until it is whole.
type columnWriter struct {
	f     *os.File
	out   *bufio.Writer
	path  string
	at    int64
	index []byte
}

func newColumnWriter(path string) (*columnWriter, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unwritable(err)
	}
	f, err := os.CreateTemp(dir, ".columns-*") // readable by its owner alone
	if err != nil {
		return nil, unwritable(err)
	}
	w := &columnWriter{f: f, out: bufio.NewWriterSize(f, 1<<20), path: path, at: int64(len(columnMagic))}
	_, _ = w.out.WriteString(columnMagic) // a bufio.Writer keeps its error until Flush
	return w, nil
}

// part writes an agency: the bytes of its columns.
func (w *columnWriter) part(id int64, n int, tally uint64, columns [][]byte) {
	w.index = binary.AppendUvarint(w.index, uint64(id))
	w.index = binary.AppendUvarint(w.index, uint64(n))
	w.index = binary.AppendUvarint(w.index, uint64(w.at))
	w.index = binary.LittleEndian.AppendUint64(w.index, tally)
	for _, b := range columns {
		w.index = binary.LittleEndian.AppendUint32(w.index, crc32.Checksum(b, castagnoli))
		_, _ = w.out.Write(b)
		w.at += int64(len(b))
	}
}

// finish puts the file in its place. drop must follow in any case.
func (w *columnWriter) finish() error {
	tail := binary.LittleEndian.AppendUint64(nil, uint64(len(w.index)))
	tail = binary.LittleEndian.AppendUint32(tail, crc32.Checksum(w.index, castagnoli))
	_, _ = w.out.Write(w.index)
	_, _ = w.out.Write(append(tail, columnMagic...))
	if err := errors.Join(w.out.Flush(), w.f.Sync(), w.f.Close()); err != nil {
		return unwritable(err)
	}
	if err := os.Rename(w.f.Name(), w.path); err != nil {
		return unwritable(err)
	}
	return syncPath(filepath.Dir(w.path))
}

// drop removes what was not finished.
func (w *columnWriter) drop() {
	_ = w.f.Close()
	_ = os.Remove(w.f.Name())
}

var _ io.Closer = (*columnFile)(nil)

// Close closes the file.
func (c *columnFile) Close() error { return c.f.Close() }
