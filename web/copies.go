package web

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

// copyOf is a finished public answer, compressed once.
type copyOf struct {
	kind  string
	name  string // of the file, for downloads
	plain []byte // nil where only the compressed form is kept
	zip   []byte // gzip; nil where it does not pay
	etag  string
}

func (c *copyOf) size() int { return len(c.plain) + len(c.zip) + 256 }

// newCopy compresses a body. Formats that are compressed themselves are left alone.
func newCopy(kind, name string, body []byte) *copyOf {
	c := &copyOf{kind: kind, name: name, etag: tagOf(body)}
	if len(body) < zipFrom || strings.HasSuffix(kind, "sheet") || strings.HasSuffix(kind, "document") || strings.HasSuffix(kind, "pdf") || kind == cardMedia {
		c.plain = bytes.Clone(body)
		return c
	}
	c.zip = squeeze(body)
	return c
}

// tagOf is the weak entity tag of a body: the same, however it is compressed.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

func squeeze(body []byte) []byte {
	var out bytes.Buffer
	w := zippers.Get().(*gzip.Writer)
	defer zippers.Put(w)
	w.Reset(&out)
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	return bytes.Clone(out.Bytes())
}

// body returns the uncompressed form, for clients that do not take gzip.
func (c *copyOf) body() ([]byte, error) {
	if c.plain != nil {
		return c.plain, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(c.zip))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_, err = out.ReadFrom(r)
	return out.Bytes(), err
}

// mostCopies bounds the memory of all copies together, in bytes.
const mostCopies = 32 << 20

// copies keeps finished public answers by address. A copy is made for a stamp, which says what data it shows; with
// another stamp it is made anew. Readers who come together wait for one maker.
type copies struct {
	mu    sync.Mutex
	kept  map[string]*list.Element // of *slot
	used  *list.List               // most recent first
	bytes int
}

type slot struct {
	key   string
	lock  chan struct{} // of size one
	stamp string
	copy  *copyOf
	size  int // as counted in copies.bytes
}

func newCopies() *copies { return &copies{kept: map[string]*list.Element{}, used: list.New()} }

// get returns the copy at key, made by make where there is none with this stamp.
func (c *copies) get(ctx context.Context, key, stamp string, make func() (*copyOf, error)) (*copyOf, error) {
	s := c.slot(key)
	select {
	case s.lock <- struct{}{}:
		defer func() { <-s.lock }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.copy != nil && s.stamp == stamp {
		return s.copy, nil
	}
	fresh, err := make()
	if err != nil {
		return nil, err
	}
	s.copy, s.stamp = fresh, stamp
	c.account(s, fresh.size())
	return fresh, nil
}

func (c *copies) slot(key string) *slot {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.kept[key]; ok {
		c.used.MoveToFront(e)
		return e.Value.(*slot)
	}
	s := &slot{key: key, lock: make(chan struct{}, 1), size: 256}
	c.kept[key] = c.used.PushFront(s)
	c.bytes += s.size
	c.trim()
	return s
}

// account writes down the size of a slot and drops the least used ones where all together are too large.
func (c *copies) account(s *slot, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.kept[s.key]; !ok || e.Value != s {
		return // dropped meanwhile
	}
	c.bytes += size - s.size
	s.size = size
	c.trim()
}

func (c *copies) trim() {
	for c.bytes > mostCopies && c.used.Len() > 1 {
		oldest := c.used.Remove(c.used.Back()).(*slot)
		delete(c.kept, oldest.key)
		c.bytes -= oldest.size
	}
}

// deliver answers with a copy, or with 304 where the client holds it.
func deliver(c echo.Context, f *copyOf) error {
	h := c.Response().Header()
	h.Set("Cache-Control", "public, no-cache") // ask each time; the answer is mostly 304
	h.Set("ETag", f.etag)
	h.Add("Vary", "Accept-Encoding")
	if f.name != "" {
		h.Set("Content-Disposition", `attachment; filename="`+f.name+`"`)
	}
	if holds(c.Request().Header.Get("If-None-Match"), f.etag) {
		return c.NoContent(http.StatusNotModified)
	}
	if f.zip != nil && accepted(c.Request().Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		return c.Blob(http.StatusOK, f.kind, f.zip)
	}
	body, err := f.body()
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, f.kind, body)
}

// holds compares weakly, as RFC 9110 asks for If-None-Match.
func holds(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}
