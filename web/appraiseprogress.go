package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/web/chart"
)

// benchProgress is how far a criterion or the sheet of an agency is.
type benchProgress struct {
	Code      string
	Title     phrase.Text
	Depth     int
	Address   string
	Stage     assess.Stage // of a sheet
	Done, All int          // items that the reader appraises
	Waiting   int          // open questions
	Bar       chart.Bar
	Agency    string // code of a sheet that can go on; "" where it cannot
}

func (p *benchProgress) add(x assess.Item) {
	p.All++
	if !x.Open() {
		p.Done++
	}
	p.Waiting += x.Leaf.Asked()
}

func (p *benchProgress) draw() {
	p.Bar = chart.NewBar(true, float64(p.Done), float64(p.All), false, 0, 0)
}

// progress sums the desk up by area and criterion, and by agency.
func (p *appraisalQueue) progress(b *bench) {
	nodes := b.plan.Nodes()
	by := make([]benchProgress, len(nodes))
	agencies := map[string]*benchProgress{}
	for _, x := range b.own {
		at, _ := b.plan.Node(x.Node.Code)
		for ; at >= 0; at = nodes[at].Parent {
			by[at].add(x)
		}
		if agencies[x.Agency] == nil {
			agencies[x.Agency] = &benchProgress{Code: x.Agency, Title: b.names[x.Agency], Stage: x.Stage}
		}
		agencies[x.Agency].add(x)
	}
	for i, n := range nodes {
		if row := by[i]; row.All > 0 && n.Depth < 2 {
			row.Code, row.Title, row.Depth = n.Code, n.Title, n.Depth
			row.Address = b.facetAddress(appraiseRequest{node: n.Code, facet: allFacets})
			row.draw()
			p.Criteria = append(p.Criteria, row)
		}
	}
	ready := b.ready(assess.Submitted, assess.Review)
	for _, row := range agencies {
		row.Address = b.facetAddress(appraiseRequest{agency: row.Code, facet: allFacets, perAgency: true})
		if slices.Contains(ready, row.Code) {
			row.Agency = row.Code
		}
		row.draw()
		p.ByAgency = append(p.ByAgency, *row)
	}
	slices.SortFunc(p.ByAgency, func(x, y benchProgress) int { return cmp.Compare(x.Code, y.Code) })
}

// ready returns the agencies whose sheets can leave one of these stages, as nothing is left to do about them.
func (b *bench) ready(stages ...assess.Stage) (codes []string) {
	for i := range b.sheets {
		if sheet := &b.sheets[i]; slices.Contains(stages, sheet.Stage) && sheet.Ready(b.plan) {
			codes = append(codes, sheet.Agency)
		}
	}
	return codes
}

// finishField names the agencies whose sheets go on.
const finishField = "xong"

// finishAppraisal ends the appraisal of sheets of which all is appraised, by everybody who has to.
func (s *Server) finishAppraisal(c echo.Context) error {
	err := s.finish(c, assess.Submitted, assess.Review)
	if key := finishFault(err); key != "" {
		return s.showAppraisals(c, http.StatusConflict, key)
	}
	if err != nil {
		return err
	}
	return s.see(c, seasonAddress(c.Param("season"))+appraiseName)
}

// finish takes the sheets that are named on to their next stage: all or none.
func (s *Server) finish(c echo.Context, stages ...assess.Stage) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	b, err := s.bench(c)
	if err != nil {
		return err
	}
	ready := b.ready(stages...)
	var turns []assess.Turn
	for _, agency := range form[finishField] {
		if !slices.Contains(ready, agency) {
			return errNotReady
		}
		turns = append(turns, assess.Turn{Agency: agency, Acts: []assess.Act{assess.Advance{}}})
	}
	if len(turns) == 0 {
		return errNotReady
	}
	return s.store.AssessAs(c.Request().Context(), b.who.ID, b.season.Code, turns...)
}

// errNotReady reports a sheet of which something is left to do, or that somebody took on meanwhile.
var errNotReady = errors.New("the sheet is not ready to go on")

// finishFault is the message of a sheet that does not go on; "" for other failures.
func finishFault(err error) string {
	var lacks *assess.Incomplete
	switch {
	case errors.Is(err, errNotReady), errors.As(err, &lacks), errors.Is(err, assess.ErrStage):
		return "appraise.wrong.ready"
	case errors.Is(err, assess.ErrState):
		return "appraise.wrong.closed"
	}
	return ""
}
