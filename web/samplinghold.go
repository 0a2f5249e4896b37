package web

import (
	"bytes"
	"encoding/csv"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey/sample"
)

// frameShelf keeps the lists that people draw from between their requests. A list may name people, so it stays in memory: it is
// never written down, belongs to the account that sent it, and is forgotten after a while.
type frameShelf struct {
	mu   sync.Mutex
	list []*heldFrame // most recent last
}

// heldFrame is a list in memory.
type heldFrame struct {
	ID, Name string
	Rows     int64
	account  int64
	wave     string
	frame    *sample.Frame
	until    time.Time
}

// How many lists are kept, and how long after their last use.
const (
	mostFrames = 4
	frameLife  = 30 * time.Minute
)

// put keeps a list; the oldest one makes room.
func (k *frameShelf) put(h *heldFrame) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.list) >= mostFrames {
		k.list = append(k.list[:0:0], k.list[1:]...)
	}
	k.list = append(k.list, h)
}

// get finds a list of an account for a wave, and forgets those whose time is over.
func (k *frameShelf) get(id string, account int64, wave string, now time.Time) (found *heldFrame) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var kept []*heldFrame
	for _, h := range k.list {
		if now.After(h.until) {
			continue
		}
		kept = append(kept, h)
		if h.ID == id && h.account == account && h.wave == wave {
			h.until, found = now.Add(frameLife), h
		}
	}
	k.list = kept
	return found
}

// heldOf takes the list that was sent in, or finds the one that is kept. Where there is none the page says so.
func (s *Server) heldOf(c echo.Context, p *samplingPage, wave, name string, file []byte) (*heldFrame, error) {
	a, _ := accountOf(c)
	if len(file) == 0 {
		h := s.frames.get(c.FormValue("khung"), a.ID, wave, s.cfg.Now())
		if h == nil {
			key := "sampling.no_file"
			if c.FormValue("khung") != "" {
				key = "sampling.expired"
			}
			p.Faults = append(p.Faults, samplingFault{Field: "tep", Text: s.language(c).T(key)})
		}
		return h, nil
	}
	f, err := s.cfg.Sampling.Read(c.Request().Context(), file)
	if err == nil && f.Len() == 0 {
		var m phrase.Mistakes
		m.Add("row 2", "danh sách không có dòng nào dưới tiêu đề", "the list has no row below its header")
		err = m
	}
	if p.refuse(s.language(c), err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	h := &heldFrame{ID: newToken(), Name: sentName(name), Rows: int64(f.Len()), account: a.ID, wave: wave, frame: f, until: s.cfg.Now().Add(frameLife)}
	s.frames.put(h)
	return h, nil
}

// sentName is the name of a file that was sent in, without a folder.
func sentName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	if r := []rune(name); len(r) > 120 {
		name = string(r[len(r)-120:])
	}
	return name
}

// csv writes the list as it was read. Its cells are data of whoever sent it and come back to nobody else.
func (h *heldFrame) csv() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(h.frame.Head()) // a buffer takes everything
	for i := range h.frame.Len() {
		_ = w.Write(h.frame.Row(i))
	}
	w.Flush()
	return b.Bytes()
}
