package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/analysis"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/web/problem"
)

// fileGroup offers one table in every format.
type fileGroup struct {
	Title string
	Files []option
}

// analysisFiles offers every table of a page in every format.
func (s *Server) analysisFiles(a *asked, v analysed) (groups []fileGroup) {
	for _, t := range v.tables(analysis.Sheet{Study: a.study, Lang: a.l.Tag()}) {
		g := fileGroup{Title: t.Title}
		for _, f := range s.cfg.Formats {
			q := url.Values{}
			for k, list := range a.q {
				if k != "lang" {
					q[k] = list
				}
			}
			q.Set(qTable, tableOf(t, a.wave))
			g.Files = append(g.Files, option{Words: strings.ToUpper(f.Name), Address: a.base() + "/" + a.name + "/" + downloads + f.Name + "?" + q.Encode()})
		}
		groups = append(groups, g)
	}
	return groups
}

// tableOf is the name of a table in addresses.
func tableOf(t *report.Table, wave string) string { return strings.TrimPrefix(t.Name, wave+"-") }

// builders are the analyses by their name in addresses.
func (s *Server) builders() map[string]builder {
	return map[string]builder{itemsName: s.items, crossName: s.cross, meansName: s.means, driversName: s.drivers, scaleName: s.scale, weightName: s.weight}
}

// analysisFile sends a table of an analysis as a file.
func (s *Server) analysisFile(c echo.Context) error {
	name := c.Param("analysis")
	build, ok := s.builders()[name]
	if !ok {
		return fmt.Errorf("analysis %q: %w", name, problem.ErrNoSuchPage)
	}
	if name == weightName && c.Param("file") == analysis.MarginFile {
		return s.marginFile(c)
	}
	format, err := s.format(c)
	if err != nil {
		return err
	}
	a, v, err := s.computed(c, name, build)
	if err != nil {
		return err
	}
	if len(v.common().Wrong) > 0 || a.study == nil {
		return s.show(c, http.StatusUnprocessableEntity, v)
	}
	tables := v.tables(analysis.Sheet{Study: a.study, Lang: a.l.Tag(), Produced: a.at.In(survey.Vietnam)})
	i := 0
	if want := a.get(qTable); want != "" {
		i = slices.IndexFunc(tables, func(t *report.Table) bool { return tableOf(t, a.wave) == want })
	}
	if i < 0 || i >= len(tables) {
		return fmt.Errorf("table of %s: %w", name, problem.ErrNoSuchPage)
	}
	return s.file(c, true, format, "", "", func() (*report.Table, error) { return tables[i], nil })
}

// noStudyPage says why a wave cannot be analysed.
type noStudyPage struct {
	analysisPage
	TooLarge bool
	Kept     bool // the reader may not have the table
}

func (*noStudyPage) template() string { return "analysis-none" }

func (*noStudyPage) told() *analysis.Told { return nil }

func (*noStudyPage) tables(analysis.Sheet) []*report.Table { return nil }

// analysesPage lists the waves that can be analysed.
type analysesPage struct{ Waves []analysableWave }

func (analysesPage) template() string { return "analyses" }
func (analysesPage) frame(f *Frame)   { f.Wide, f.Figures, f.NoIndex = true, true, true }

// analysableWave is one wave with the ways into it.
type analysableWave struct {
	survey.Wave
	State   string // key
	Links   []option
	Address string
}

func (s *Server) analyses(c echo.Context) error {
	waves, err := s.store.Waves(c.Request().Context())
	if err != nil {
		return fmt.Errorf("analyses: %w", err)
	}
	l, now := s.language(c), s.cfg.Now()
	who, _ := accountOf(c)
	var p analysesPage
	for _, w := range waves {
		if now.Before(w.Opens) {
			continue
		}
		v := analysableWave{Wave: w, State: "analysis.open", Address: analysesAddress(w.Code) + "/" + itemsName}
		if w.ClosedAt(now) {
			v.State = "analysis.closed"
		}
		for _, t := range analysisTabs {
			v.Links = append(v.Links, option{Words: l.T(t.key), Address: analysesAddress(w.Code) + "/" + t.name})
		}
		if who.Is(closeReaders...) && len(s.cfg.Data) > 0 {
			v.Links = append(v.Links, option{Words: l.T("microdata.title"), Address: analysesAddress(w.Code) + "/" + microdataName})
		}
		p.Waves = append(p.Waves, v)
	}
	slices.SortStableFunc(p.Waves, func(a, b analysableWave) int { return cmp.Compare(b.Period, a.Period) })
	return s.show(c, http.StatusOK, p)
}

func analysesAddress(wave string) string { return analysesPath + "/" + pathSegment(wave) }
