package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report/document"
	"thuocdo/survey"
	"thuocdo/web/chart"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// cardName ends the address of the picture that stands beside a link to a page.
const cardName = "/anh.png"

// cardMedia is its type.
const cardMedia = "image/png"

func (s *Server) cardTable() []route {
	return []route{
		{http.MethodGet, "/xep-hang/:framework/:period" + cardName, anyone, noBody, s.rankingCard},
		{http.MethodGet, "/co-quan/:agency" + cardName, anyone, noBody, s.agencyCard},
		{http.MethodGet, releasesPath + "/:release" + cardName, anyone, noBody, s.releaseCard},
	}
}

// share is what a page says of itself where others link to it.
type share struct {
	Here    string // whole address
	Picture string // whole address; "" = none
	Locale  string
	Kind    string // of card
}

// shareOf returns nothing for pages that are not for everyone.
func (s *Server) shareOf(c echo.Context, f *Frame) *share {
	if f.Here == "" || f.NoIndex {
		return nil
	}
	tag, host := s.language(c).Tag(), c.Request().Host
	x := &share{Here: s.address(host, inLanguage(f.Here, tag)), Locale: "vi_VN", Kind: "summary"}
	if tag != locale.Reference {
		x.Locale = "en_GB"
	}
	if f.Picture != "" && s.cfg.Card != nil {
		x.Picture, x.Kind = s.address(host, inLanguage(f.Picture, tag)), "summary_large_image"
	}
	return x
}

// cardAddress is the picture of a page.
func cardAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.RawPath = strings.TrimSuffix(u.EscapedPath(), "/") + cardName
	u.Path += cardName
	return u.String()
}

// sendCard sends a picture, drawn once for what it shows.
func (s *Server) sendCard(c echo.Context, address, stamp string, build func() (*document.Card, error)) error {
	if s.cfg.Card == nil {
		return problem.ErrNoSuchPage
	}
	f, err := s.copies.get(c.Request().Context(), "card "+s.language(c).Tag()+" "+address, stamp, func() (*copyOf, error) {
		card, err := build()
		if err != nil {
			return nil, err
		}
		card.Source = s.language(c).T("site.name")
		b, err := s.cfg.Card(card)
		if err != nil {
			return nil, err
		}
		return newCopy(cardMedia, "", b), nil
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cross-Origin-Resource-Policy", "cross-origin") // others show it beside their link
	return deliver(c, f)
}

func (s *Server) rankingCard(c echo.Context) error {
	r := rankingRequest{Framework: c.Param("framework"), Period: c.Param("period"), Method: c.QueryParam(byMethod), Group: c.QueryParam(byGroup), Sort: sortRank, Page: 1}
	b, err := s.boards.get(c.Request().Context(), r.query())
	if err != nil {
		return err
	}
	if err := r.settle(b); err != nil {
		return err
	}
	return s.sendCard(c, r.address(), stampOf(b), func() (*document.Card, error) { return boardCard(s.language(c), b, r.Group), nil })
}

// releaseCard shows the figures of a release; of one that was withdrawn there is no picture.
func (s *Server) releaseCard(c echo.Context) error {
	rec, err := s.publicRelease(c)
	if err != nil {
		return err
	}
	if !rec.Ended.IsZero() {
		return problem.ErrNoSuchPage
	}
	return s.sendCard(c, releaseAddress(rec.ID), s.releaseStamp(rec), func() (*document.Card, error) {
		b, err := s.releaseBoard(c.Request().Context(), rec.ID)
		if err != nil {
			return nil, err
		}
		card := boardCard(s.language(c), b, "")
		if rec.CorrectedBy != "" {
			card.Note = s.language(c).T("release.corrected")
		}
		return card, nil
	})
}

// boardCard names the agencies that come first, and says where their order may be chance.
func boardCard(l *locale.Locale, b *board, group string) *document.Card {
	f, w := b.Plan.Framework(), figuresOf(l, b.Plan.Framework())
	g := summaryOf(b, group)
	card := &document.Card{Title: l.In(f.Title), Lead: leadWords(l, groupTitle(b, g.Group), b.Period, b.Provisional), Most: f.MaxPoints}
	members := membersOf(b, group)
	near := false
	for k, i := range members {
		r := &b.Outcome.Results[i]
		near = near || b.spans[i].Worst > b.spans[i].Best
		if k >= cardRows {
			continue
		}
		row := document.Range{Label: l.In(b.Units[r.Unit].Name), Words: or(w.points(r.Total), "–"), Known: r.Total.Known, Value: r.Total.Points}
		if c := r.Total.Interval; c != nil && row.Known {
			row.Ranged, row.Low, row.High = true, c.Low, c.High
		}
		card.Rows = append(card.Rows, row)
	}
	if near {
		card.Note = l.T("card.near")
	}
	return card
}

// cardRows is how many agencies a card names.
const cardRows = 5

func leadWords(l *locale.Locale, group phrase.Text, period string, provisional bool) string {
	words := periodTitle(l, survey.Period(period))
	if group != nil {
		words = l.In(group) + ", " + words
	}
	if provisional {
		words += " · " + l.T("figure.provisional")
	}
	return words
}

// agencyCard shows the score of an agency in the index that its page begins with.
func (s *Server) agencyCard(c echo.Context) error {
	d, err := s.dossier(c, false)
	if err != nil {
		return err
	}
	return s.sendCard(c, d.address(c.QueryParam(byPeriod)), d.stamp(), func() (*document.Card, error) {
		l := s.language(c)
		card := &document.Card{Title: l.In(d.agency.Name), Big: "–"}
		if len(d.indexes) == 0 {
			return card, nil
		}
		r := &d.indexes[0].shown
		f, w := r.Plan.Framework(), figuresOf(l, r.Plan.Framework())
		card.Lead = leadWords(l, phrase.Text{l.Tag(): chart.Shorten(l.In(f.Title), cardTitle)}, string(r.period), r.Provisional)
		card.Big, card.Unit = or(w.points(r.Result.Total), "–"), l.T(unitKey(f))
		if i := w.interval(r.Result.Total); i != "" {
			card.Note = l.T("agency.interval", i)
		}
		return card, nil
	})
}

// cardTitle is how many letters of the title of an index an agency's card has room for.
const cardTitle = 64
