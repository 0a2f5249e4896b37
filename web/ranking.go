package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/standing"
	"thuocdo/web/locale"
)

// Query parameters of rankings.
const (
	byMethod = "cach-tinh"
	byGroup  = "nhom"
	bySort   = "sap-xep"
	byOrder  = "thu-tu"
	byPage   = "trang"
)

// rankingRequest is what a reader asks of a ranking, as written in the address.
type rankingRequest struct {
	Framework, Period   string
	Method, Group, Sort string
	Descending, Turned  bool // Turned: the order was asked for
	Page                int
	Live                bool
}

// parseRanking reads the address. What it does not understand counts as not said.
func parseRanking(c echo.Context, live bool) rankingRequest {
	r := rankingRequest{
		Framework: c.Param("framework"), Period: c.Param("period"), Live: live,
		Method: c.QueryParam(byMethod), Group: c.QueryParam(byGroup), Sort: c.QueryParam(bySort),
	}
	r.Page, _ = strconv.Atoi(c.QueryParam(byPage))
	switch c.QueryParam(byOrder) {
	case "giam":
		r.Descending, r.Turned = true, true
	case "tang":
		r.Turned = true
	}
	return r
}

func (r rankingRequest) query() standing.Query {
	return standing.Query{Framework: r.Framework, Period: r.Period, Method: r.Method, View: view(r.Live, true)}
}

// view says which figures a page shows: those of everyone, or of a signed-in reader of one agency or of all.
func view(signedIn, all bool) standing.View {
	switch {
	case signedIn && all:
		return standing.Live
	case signedIn:
		return standing.Own
	}
	return standing.Public
}

// desk is the prefix of signed-in addresses.
func desk(live bool) string {
	if live {
		return "/quan-tri"
	}
	return ""
}

// base is the address without its query.
func (r rankingRequest) base() string {
	return desk(r.Live) + "/xep-hang/" + url.PathEscape(r.Framework) + "/" + url.PathEscape(r.Period)
}

// address writes the request again, with only what differs from the default.
func (r rankingRequest) address() string {
	q := url.Values{}
	set := func(key, value string) {
		if value != "" {
			q.Set(key, value)
		}
	}
	set(byMethod, r.Method)
	set(byGroup, r.Group)
	if r.Sort != sortRank {
		set(bySort, r.Sort)
	}
	if r.Turned && r.Descending {
		set(byOrder, "giam")
	} else if r.Turned {
		set(byOrder, "tang")
	}
	if r.Page > 1 {
		set(byPage, strconv.Itoa(r.Page))
	}
	if len(q) == 0 {
		return r.base()
	}
	return r.base() + "?" + q.Encode()
}

// ranking shows an index of one period to everyone.
func (s *Server) ranking(c echo.Context) error {
	r := parseRanking(c, false)
	b, err := s.boards.get(c.Request().Context(), r.query())
	if errors.Is(err, standing.ErrUnknownPeriod) {
		gone, err := s.sources.withdrawn(c.Request().Context(), r.Framework, r.Period)
		if err != nil {
			return err
		}
		if gone != nil {
			return s.see(c, releaseAddress(gone.ID)) // which says why
		}
	}
	if err != nil {
		return err
	}
	periods, err := s.sources.open(c.Request().Context(), r.Framework, r.query().View)
	if err != nil {
		return err
	}
	n, stamp, err := s.countsOf(c.Request().Context(), b)
	if err != nil {
		return err
	}
	sealed, agrees, err := s.sealedOf(c.Request().Context(), b)
	if err != nil {
		return err
	}
	if err := r.settle(b); err != nil {
		return err
	}
	return s.publish(c, r.address(), fmt.Sprint(stampOf(b), periods, stamp, sealedStamp(sealed, agrees)), func() (page, error) {
		return s.rankingPage(s.language(c), b, r, periods).counted(n).released(sealed, agrees).offered(s, c), nil
	})
}

// liveRanking shows every stored answer, to those who may read all agencies.
func (s *Server) liveRanking(c echo.Context) error {
	r := parseRanking(c, true)
	b, err := s.boards.get(c.Request().Context(), r.query())
	if err != nil {
		return err
	}
	periods, err := s.sources.open(c.Request().Context(), r.Framework, r.query().View)
	if err != nil {
		return err
	}
	n, _, err := s.countsOf(c.Request().Context(), b)
	if err != nil {
		return err
	}
	if err := r.settle(b); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, s.rankingPage(s.language(c), b, r, periods).counted(n))
}

// stampOf names the data that boards hold.
func stampOf(bs ...*board) (stamp string) {
	for _, b := range bs {
		stamp += strconv.FormatUint(b.serial, 36) + "."
	}
	return stamp
}

// publish answers with a page that everyone sees alike, rendered once per language and stamp. The address must hold all
// that the page depends on, in one form; pages name their own host where they are linked to from elsewhere.
func (s *Server) publish(c echo.Context, address, stamp string, build func() (page, error)) error {
	l := s.language(c)
	f, err := s.copies.get(c.Request().Context(), l.Tag()+" "+s.address(c.Request().Host, address), stamp, func() (*copyOf, error) {
		p, err := build()
		if err != nil {
			return nil, err
		}
		buf, err := s.render(c, p)
		if err != nil {
			return nil, err
		}
		defer buffers.Put(buf)
		return newCopy("text/html; charset=utf-8", "", buf.Bytes()), nil
	})
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return deliver(c, f)
}

// canonical points the language switch of a published page to its one address, whatever else the reader's address held:
// nothing of one reader's address may reach another.
func canonical(f *Frame, l *locale.Locale, address string) {
	u, err := url.Parse(address)
	if err != nil {
		return
	}
	f.Here, f.Other = address, otherLanguage(u, l.Tag())
}
