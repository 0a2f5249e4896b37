package web

import (
	"encoding/xml"
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/release"
	"thuocdo/survey"
	"thuocdo/web/locale"
)

// feed is an Atom feed (RFC 4287).
type feed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []feedLink  `xml:"link"`
	Entries []feedEntry `xml:"entry"`
}

type feedLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type feedEntry struct {
	ID        string   `xml:"id"`
	Title     string   `xml:"title"`
	Published string   `xml:"published"`
	Updated   string   `xml:"updated"`
	Link      feedLink `xml:"link"`
	Summary   string   `xml:"summary"`
}

// mostEntries bounds the feed.
const mostEntries = 100

// releaseFeed tells feed readers of published, corrected and withdrawn releases. Addresses are those under which the feed was asked for.
func (s *Server) releaseFeed(c echo.Context) error {
	list, err := s.store.PublicReleases(c.Request().Context(), "", "")
	if err != nil {
		return err
	}
	l, host := s.language(c), c.Request().Host
	f, err := s.copies.get(c.Request().Context(), l.Tag()+" "+s.address(host, feedPath), s.releaseStamp(list...), func() (*copyOf, error) {
		body, err := xml.MarshalIndent(s.feed(l, host, list), "", " ")
		if err != nil {
			return nil, fmt.Errorf("feed: %w", err)
		}
		return newCopy("application/atom+xml; charset=utf-8", "", append([]byte(xml.Header), append(body, '\n')...)), nil
	})
	if err != nil {
		return err
	}
	return deliver(c, f)
}

func (s *Server) feed(l *locale.Locale, host string, list []*release.Record) *feed {
	at := func(path string) string { return s.address(host, inLanguage(path, l.Tag())) }
	f := &feed{Lang: l.Tag(), ID: at(feedPath), Title: l.T("release.title"), Author: l.T("site.name"), Updated: time.Unix(0, 0).UTC().Format(time.RFC3339),
		Links: []feedLink{{"self", at(feedPath)}, {"alternate", at(releasesPath)}}}
	latest := time.Unix(0, 0)
	for _, r := range list[:min(len(list), mostEntries)] {
		changed := s.changed(r, list)
		if changed.After(latest) {
			latest, f.Updated = changed, changed.UTC().Format(time.RFC3339)
		}
		state := r.State(s.cfg.Now())
		f.Entries = append(f.Entries, feedEntry{ID: "urn:thuocdo:release:" + r.ID, Title: l.In(r.About.Title) + ", " + periodName(l, survey.Period(r.About.Period)),
			Published: r.Out.UTC().Format(time.RFC3339), Updated: changed.UTC().Format(time.RFC3339), Link: feedLink{"alternate", at(releaseAddress(r.ID))},
			Summary: l.T("release.state."+string(state)) + feedWords(l, r)})
	}
	return f
}

// changed is when the last thing happened to a release.
func (s *Server) changed(r *release.Record, list []*release.Record) time.Time {
	at := r.Out
	if r.Ended.After(at) {
		at = r.Ended
	}
	for _, x := range list {
		if x.ID == r.CorrectedBy && x.Out.After(at) {
			at = x.Out
		}
	}
	return at
}

func feedWords(l *locale.Locale, r *release.Record) (words string) {
	for _, t := range []phrase.Text{r.Note, r.Reason} {
		if t != nil {
			words += ". " + l.In(t)
		}
	}
	return words
}
