package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey/account"
	"thuocdo/web/chart"
)

// differPage shows what appraisal took off the claims, or added.
type differPage struct {
	Season   *assess.Season
	Mine     bool
	Chart    chart.Rows
	Agencies []differRow
	Leaves   []differRow
	Changed  []appraisalRow // items whose points differ, the largest differences first
	More     int            // that are not shown
	Files    []option
	Queue    string
	Base     string
}

func (*differPage) template() string { return "differences" }
func (*differPage) frame(f *Frame)   { f.Wide, f.Figures, f.NoIndex = true, true, true }

// differRow sums the differences of an agency or a leaf up.
type differRow struct {
	Code                       string
	Title                      phrase.Text
	Address                    string
	Claimed, Standing, Differs string
	N                          int // items whose points differ
	claimed, standing, most    float64
}

func (r *differRow) add(x assess.Item) {
	if x.Claimed == nil || x.Standing == nil {
		return
	}
	r.claimed += *x.Claimed
	r.standing += *x.Standing
	if !x.Node.Outside {
		r.most += x.Node.MaxPoints
	}
	if x.Is(assess.Differing) {
		r.N++
	}
}

func (r *differRow) say(w lossWords) {
	r.Claimed, r.Standing, r.Differs = w.number(r.claimed), w.number(r.standing), w.difference(&r.claimed, &r.standing)
}

// appraisalDifferences shows them by agency and by leaf.
func (s *Server) appraisalDifferences(c echo.Context) error {
	b, err := s.bench(c)
	if err != nil {
		return err
	}
	p := &differPage{Season: b.season, Mine: b.who.Role == account.Appraiser, Queue: b.base() + appraiseName, Base: b.base()}
	p.sum(b)
	p.draw(b)
	for _, f := range s.cfg.Formats {
		p.Files = append(p.Files, option{Words: strings.ToUpper(f.Name), Address: b.base() + differName + "/" + downloads + f.Name})
	}
	return s.show(c, http.StatusOK, p)
}

// differShown is how many items the page lists.
const differShown = 200

func (p *differPage) sum(b *bench) {
	agencies, leaves := map[string]*differRow{}, map[string]*differRow{}
	var differ []assess.Item
	for _, x := range b.own {
		if agencies[x.Agency] == nil {
			agencies[x.Agency] = &differRow{Code: x.Agency, Title: b.names[x.Agency], Address: b.facetAddress(appraiseRequest{agency: x.Agency, facet: assess.Differing})}
		}
		if leaves[x.Node.Code] == nil {
			leaves[x.Node.Code] = &differRow{Code: x.Node.Code, Title: x.Node.Title, Address: b.facetAddress(appraiseRequest{node: x.Node.Code, facet: assess.Differing})}
		}
		agencies[x.Agency].add(x)
		leaves[x.Node.Code].add(x)
		if x.Claimed != nil && x.Standing != nil && x.Is(assess.Differing) {
			differ = append(differ, x)
		}
	}
	for _, r := range agencies {
		r.say(b.w)
		p.Agencies = append(p.Agencies, *r)
	}
	slices.SortFunc(p.Agencies, func(x, y differRow) int { return cmp.Or(cmp.Compare(x.gap(), y.gap()), cmp.Compare(x.Code, y.Code)) })
	for _, n := range b.plan.Nodes() {
		if r := leaves[n.Code]; r != nil && r.N > 0 {
			r.say(b.w)
			p.Leaves = append(p.Leaves, *r)
		}
	}
	slices.SortStableFunc(differ, func(x, y assess.Item) int {
		return cmp.Compare(*x.Standing-*x.Claimed, *y.Standing-*y.Claimed)
	})
	p.More = max(0, len(differ)-differShown)
	for _, x := range differ[:len(differ)-p.More] {
		p.Changed = append(p.Changed, b.row(x))
	}
}

// gap is what appraisal added.
func (r *differRow) gap() float64 { return r.standing - r.claimed }

// facetAddress is the address of the queue with another request.
func (b *bench) facetAddress(r appraiseRequest) string {
	return (&bench{season: b.season, appraiseRequest: r}).at(appraiseName)
}

// draw makes a picture of the agencies: of the points that were to be had, what both sides agree on, and what one side alone has.
func (p *differPage) draw(b *bench) {
	var bars []chart.RowBar
	for _, r := range p.Agencies {
		bar := chart.RowBar{Label: b.w.l.In(r.Title), End: r.Standing}
		if r.Differs != "" {
			bar.End += " (" + r.Differs + ")"
		}
		if r.most > 0 {
			share := func(x float64) float64 { return min(100, max(0, 100*x/r.most)) }
			kept := share(min(r.claimed, r.standing))
			bar.Parts = []chart.RowPart{{Class: "part-kept", Share: kept, Words: b.w.number(min(r.claimed, r.standing))}}
			if r.claimed > r.standing {
				bar.Parts = append(bar.Parts, chart.RowPart{Class: "part-cut", Share: share(r.claimed) - kept})
			} else {
				bar.Parts = append(bar.Parts, chart.RowPart{Class: "part-gain", Share: share(r.standing) - kept})
			}
		}
		bars = append(bars, bar)
	}
	l := b.w.l
	p.Chart = chart.NewRows("chenh-lech", l.T("appraise.differ.chart"), l.T("appraise.differ.chart.detail", len(bars)), bars)
}

// appraisalDifferencesFile sends every item with its claim, what was made of it and why.
func (s *Server) appraisalDifferencesFile(c echo.Context) error {
	format, err := s.format(c)
	if err != nil {
		return err
	}
	b, err := s.bench(c)
	if err != nil {
		return err
	}
	return s.file(c, true, format, b.base()+differName, "", func() (*report.Table, error) { return b.differTable(s.produced(true).Format("2006-01-02")), nil })
}

func (b *bench) differTable(day string) *report.Table {
	l := b.w.l
	t := &report.Table{Name: b.season.Code + "-chenh-lech-" + day, Title: l.T("appraise.differ") + ": " + l.In(b.season.Title), Lang: l.Tag()}
	for _, key := range []string{"agency", "name", "leaf", "title", "stage", "claim", "appraisal", "reason", "by"} {
		t.Columns = append(t.Columns, report.Column{Key: key, Title: l.T("appraise.column." + key)})
	}
	for _, key := range []string{"max", "claimed", "standing", "difference"} {
		t.Columns = append(t.Columns, report.Column{Key: key, Title: l.T("appraise.column." + key), Type: report.Decimal, Decimals: 2})
	}
	number := func(x *float64) report.Value {
		if x == nil {
			return report.Value{}
		}
		return report.Num(*x)
	}
	var rows [][]report.Value
	for _, x := range b.own {
		said := ""
		reason, by := "", ""
		if a := x.Leaf.Appraisal; a != nil {
			reason, by = a.Reason, a.By
			if a.Input != nil {
				said = b.w.said(x.Node, *a.Input)
			}
		}
		claim := ""
		if x.Filled() {
			claim = b.w.said(x.Node, x.Leaf.Claim.Input)
		}
		row := []report.Value{}
		for _, text := range []string{x.Agency, l.In(b.names[x.Agency]), x.Node.Code, l.In(x.Node.Title), l.T("stage." + string(x.Stage)), claim, said, reason, by} {
			row = append(row, report.Str(text))
		}
		row = append(row, report.Num(x.Node.MaxPoints), number(x.Claimed), number(x.Standing), report.Value{})
		if x.Claimed != nil && x.Standing != nil {
			row[len(row)-1] = report.Num(*x.Standing - *x.Claimed)
		}
		rows = append(rows, row)
	}
	t.Rows = report.Rows(rows)
	return t
}
