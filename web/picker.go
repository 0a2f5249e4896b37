package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// pickerPage lets a citizen find the agency to rate.
type pickerPage struct {
	Wave   survey.Wave
	Query  string
	Within phrase.Text // the agency above those listed; nil at the top
	Groups []agencyGroup
	Found  int
	More   int // found but not listed
}

type agencyGroup struct {
	Kind     survey.Kind
	Agencies []pick
}

// pick is one agency to choose. Below counts the agencies under it that are asked about too.
type pick struct {
	survey.Agency
	Path  string
	Above phrase.Text
	Below int
	Inner string // address of the list of those
}

// Most agencies on one page, and the order in which kinds are listed.
const pickMost = 200

var kindOrder = []survey.Kind{survey.Province, survey.Ministry, survey.Department, survey.District,
	survey.Ward, survey.Commune, survey.SpecialZone, survey.OneStop}

func (pickerPage) template() string { return "picker" }

func (s *Server) picker(c echo.Context) error {
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return fmt.Errorf("picker: %w", err)
	}
	switch now := s.cfg.Now(); {
	case w.ClosedAt(now):
		return survey.ErrClosed
	case !w.OpenAt(now):
		return survey.ErrNotOpen
	case !w.Takes(survey.Web):
		return survey.ErrModeClosed
	case w.Access == survey.Invited:
		return survey.ErrInvitationNeeded
	}
	all, err := s.store.Agencies(c.Request().Context())
	if err != nil {
		return fmt.Errorf("picker: %w", err)
	}
	all = slices.DeleteFunc(slices.Clone(all), func(a survey.Agency) bool { return !w.Has(a.Code) })
	return s.showAlike(c, pickFrom(&w.Wave, all, short(c.QueryParam("q")), c.QueryParam("trong"), s.language(c).Tag()))
}

// pickFrom lists the agencies that match the query, or those right below within, or those with nothing above them.
// Where there are few, all levels stand on one page.
func pickFrom(w *survey.Wave, all []survey.Agency, query, within, tag string) pickerPage {
	p := pickerPage{Wave: *w, Query: strings.TrimSpace(query)}
	name, below := map[string]phrase.Text{}, map[string]int{}
	for _, a := range all {
		name[a.Code] = a.Name
		below[a.Parent]++
	}
	p.Within = name[within]
	words := strings.Fields(survey.Fold(p.Query))
	flat := len(words) == 0 && p.Within == nil && len(all) <= pickMost/2
	var picks []pick
	for _, a := range all {
		switch {
		case flat:
		case len(words) > 0 && !matches(a, words),
			len(words) == 0 && p.Within != nil && a.Parent != within,
			len(words) == 0 && p.Within == nil && name[a.Parent] != nil:
			continue
		}
		k := pick{Agency: a, Path: pickerPath(w) + "/" + url.PathEscape(a.Code), Above: name[a.Parent]}
		if k.Below = below[a.Code]; k.Below > 0 && !flat {
			k.Inner = pickerPath(w) + "?trong=" + url.QueryEscape(a.Code)
		}
		picks = append(picks, k)
	}
	sortByName(picks, tag)
	p.Found = len(picks)
	p.More = max(0, p.Found-pickMost)
	p.Groups = byKind(picks[:p.Found-p.More])
	return p
}

func pickerPath(w *survey.Wave) string { return "/khao-sat/" + url.PathEscape(w.Code) }

func byKind(picks []pick) (groups []agencyGroup) {
	for _, kind := range kindOrder {
		g := agencyGroup{Kind: kind}
		for _, k := range picks {
			if k.Kind == kind {
				g.Agencies = append(g.Agencies, k)
			}
		}
		if len(g.Agencies) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// sortByName orders by the alphabet of the language: in Vietnamese Đ follows D, and a mark outweighs no letter.
func sortByName(picks []pick, tag string) {
	order := collate.New(language.MustParse(tag))
	var buf collate.Buffer
	keys := make(map[string][]byte, len(picks))
	for _, k := range picks {
		keys[k.Code] = order.KeyFromString(&buf, k.Name.In(tag))
	}
	slices.SortStableFunc(picks, func(a, b pick) int { return slices.Compare(keys[a.Code], keys[b.Code]) })
}

// matches reports whether every word stands in the code or a name of the agency.
func matches(a survey.Agency, words []string) bool {
	where := survey.Fold(a.Code + " " + a.Name.In("vi") + " " + a.Name.In("en"))
	for _, w := range words {
		if !strings.Contains(where, w) {
			return false
		}
	}
	return true
}
