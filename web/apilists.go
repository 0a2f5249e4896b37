package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/web/api"
	"thuocdo/web/problem"
)

// apiPath begins the addresses of the interface for programs.
const apiPath = "/api/v1/"

// listTable is what programs can find out about what there is.
func (s *Server) listTable() []route {
	const get = http.MethodGet
	return []route{
		{get, apiPath + "openapi.json", anyone, noBody, openAPI},
		{get, apiPath + "waves", anyone, noBody, s.wavesAPI},
		{get, apiPath + "agencies", anyone, noBody, s.agenciesAPI},
		{get, apiPath + "indexes", anyone, noBody, s.indexesAPI},
		{get, apiPath + "releases", anyone, noBody, s.releasesAPI},
	}
}

// Bounds of a page of a list.
const (
	listUsual = 100
	listMost  = 1000
)

// listOf is one page of a list. Next, where there is more, is the cursor of what follows.
type listOf[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// listing is the part of a list that a request wants: what comes after a key, at most so many.
type listing struct {
	after string
	most  int
}

// readListing reads ?cursor= and ?limit=. A cursor is not to be looked into: it says behind which key to go on, so that lists that
// grow meanwhile neither repeat nor leave anything out.
func readListing(c echo.Context) (p listing, err error) {
	p.most = listUsual
	if text := c.QueryParam("limit"); text != "" {
		if p.most, err = strconv.Atoi(text); err != nil || p.most < 1 || p.most > listMost {
			return p, fmt.Errorf("limit %q, 1 to %d are expected: %w", text, listMost, problem.ErrLimit)
		}
	}
	if text := c.QueryParam("cursor"); text != "" {
		key, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(key) == 0 {
			return p, fmt.Errorf("cursor %q: %w", text, problem.ErrCursor)
		}
		p.after = string(key)
	}
	return p, nil
}

// sendList sends the part of a list, sorted by key, that the request wants. Its tag is that of its content.
func sendList[T any](s *Server, c echo.Context, all []T, key func(T) string) error {
	p, err := readListing(c)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b T) int { return strings.Compare(key(a), key(b)) })
	from := 0
	if p.after != "" {
		at, found := slices.BinarySearchFunc(all, p.after, func(x T, want string) int { return strings.Compare(key(x), want) })
		if from = at; found {
			from++
		}
	}
	page := listOf[T]{Items: all[from:min(from+p.most, len(all))]}
	if page.Items == nil {
		page.Items = []T{}
	}
	if from+p.most < len(all) {
		next := base64.RawURLEncoding.EncodeToString([]byte(key(page.Items[len(page.Items)-1])))
		page.Next = &next
		query := c.Request().URL.Query()
		query.Set("cursor", next)
		c.Response().Header().Set("Link", `<`+c.Request().URL.Path+`?`+query.Encode()+`>; rel="next"`)
	}
	body, err := json.Marshal(page)
	if err != nil {
		return fmt.Errorf("list: %w", err)
	}
	return deliver(c, newCopy(echo.MIMEApplicationJSON, "", append(body, '\n')))
}

// waveEntry is a wave in a list; what it asks is at its own address.
type waveEntry struct {
	Code      string      `json:"code"`
	Title     phrase.Text `json:"title"`
	Framework string      `json:"framework,omitempty"`
	Period    string      `json:"period"`
	Opens     time.Time   `json:"opens"`
	Closes    time.Time   `json:"closes"`
	Open      bool        `json:"open"` // now
}

// wavesAPI lists the waves that have begun.
func (s *Server) wavesAPI(c echo.Context) error {
	all, err := s.store.Waves(c.Request().Context())
	if err != nil {
		return err
	}
	now, list := s.cfg.Now(), []waveEntry(nil)
	for _, w := range all {
		if !now.Before(w.Opens) {
			list = append(list, waveEntry{w.Code, w.Title, w.Framework, string(w.Period), w.Opens.In(survey.Vietnam), w.Closes.In(survey.Vietnam), w.OpenAt(now)})
		}
	}
	return sendList(s, c, list, func(w waveEntry) string { return w.Code })
}

// agencyEntry is an agency in a list.
type agencyEntry struct {
	Code   string      `json:"code"`
	Kind   survey.Kind `json:"kind"`
	Parent string      `json:"parent,omitempty"`
	Name   phrase.Text `json:"name"`
	From   string      `json:"valid_from,omitempty"` // YYYY-MM-DD
	To     string      `json:"valid_to,omitempty"`   // last valid day
}

// agenciesAPI lists the agencies; ?kind= those of one kind.
func (s *Server) agenciesAPI(c echo.Context) error {
	all, err := s.store.Agencies(c.Request().Context())
	if err != nil {
		return err
	}
	kind, list := c.QueryParam("kind"), []agencyEntry(nil)
	for _, a := range all {
		if kind != "" && kind != string(a.Kind) {
			continue
		}
		list = append(list, agencyEntry{a.Code, a.Kind, a.Parent, a.Name, dayText(a.ValidFrom), dayText(a.ValidTo)})
	}
	return sendList(s, c, list, func(a agencyEntry) string { return a.Code })
}

func dayText(d survey.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// indexListEntry is an index with the periods it is known for.
type indexListEntry struct {
	Framework string      `json:"framework"`
	Title     phrase.Text `json:"title"`
	Periods   []string    `json:"periods"` // newest first
}

// indexesAPI lists the indexes.
func (s *Server) indexesAPI(c echo.Context) error {
	ctx := c.Request().Context()
	all, err := s.store.Frameworks(ctx)
	if err != nil {
		return err
	}
	var list []indexListEntry
	for _, f := range newest(all) {
		periods, err := s.sources.open(ctx, f.Code, standing.Public)
		if err != nil {
			return err
		}
		e := indexListEntry{Framework: f.Code, Title: f.Title, Periods: []string{}}
		for _, p := range periods {
			e.Periods = append(e.Periods, string(p))
		}
		list = append(list, e)
	}
	return sendList(s, c, list, func(e indexListEntry) string { return e.Framework })
}

// releaseListEntry is a published release.
type releaseListEntry struct {
	ID          string      `json:"id"`
	Framework   string      `json:"framework"`
	Period      string      `json:"period"`
	State       string      `json:"state"` // published, corrected or withdrawn
	Published   time.Time   `json:"published"`
	Corrects    string      `json:"corrects,omitempty"`     // id
	CorrectedBy string      `json:"corrected_by,omitempty"` // id
	Note        phrase.Text `json:"note,omitempty"`
	File        *string     `json:"file"` // address of the sealed file; null once it was withdrawn
	Withdrawn   *time.Time  `json:"withdrawn,omitempty"`
	Reason      phrase.Text `json:"reason,omitempty"` // why
}

// releasesAPI lists what is published, in the order of publication.
func (s *Server) releasesAPI(c echo.Context) error {
	all, err := s.store.PublicReleases(c.Request().Context(), "", "")
	if err != nil {
		return err
	}
	now, list := s.cfg.Now(), make([]releaseListEntry, 0, len(all))
	for _, r := range all {
		e := releaseListEntry{ID: r.ID, Framework: r.About.Framework, Period: r.About.Period, State: string(r.State(now)), Published: r.Out.In(survey.Vietnam),
			Corrects: r.Corrects, CorrectedBy: r.CorrectedBy, Note: r.Note}
		if file, ended := releaseAddress(r.ID)+releaseFileName, r.Ended.In(survey.Vietnam); r.Ended.IsZero() {
			e.File = &file
		} else {
			e.Withdrawn, e.Reason = &ended, r.Reason
		}
		list = append(list, e)
	}
	return sendList(s, c, list, func(r releaseListEntry) string { return r.Published.UTC().Format(time.RFC3339) + " " + r.ID })
}

// described is the description of the interface, compressed once.
var described = sync.OnceValue(func() *copyOf { return newCopy(echo.MIMEApplicationJSON, "", api.Description) })

// openAPI sends the description of the interface.
func openAPI(c echo.Context) error { return deliver(c, described()) }
