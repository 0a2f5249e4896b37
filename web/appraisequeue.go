package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/account"
)

// appraisalQueue is the desk of an appraiser.
type appraisalQueue struct {
	Season                           *assess.Season
	Mine                             bool // only what the reader appraises
	Tiles                            []tile
	Rows                             []appraisalRow
	Found                            int
	Pages                            []option
	Nodes, Agencies, Facets, Orders  []whatIfOption
	Kept                             []hiddenField
	Criteria, ByAgency               []benchProgress
	Base, Address, Batch, Finish     string
	Overview, Differ, Doubts, Minute string
	Entry                            string // address where one leaf is entered for every agency; "" without one
	May                              bool   // something on the page can be accepted
	Wrong, Done                      string // keys of messages
	DoneN                            int
	CSRF                             string
}

func (*appraisalQueue) template() string { return "appraisals" }

func (p *appraisalQueue) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex, f.Keys = true, true, true, true
	p.CSRF = f.CSRF
}

// appraisalRow is one item in a list.
type appraisalRow struct {
	Address, Code, Claimed, Standing, Difference string
	Title, Agency                                phrase.Text
	Stage                                        assess.Stage
	Facets                                       []assess.Facet
	Key                                          string // of the box that chooses it; "" where it cannot be accepted
}

// itemsShown is how many items a page lists.
const itemsShown = 50

// appraisals shows what is to be appraised.
func (s *Server) appraisals(c echo.Context) error { return s.showAppraisals(c, http.StatusOK, "") }

func (s *Server) showAppraisals(c echo.Context, status int, wrong string) error {
	b, err := s.bench(c)
	if err != nil {
		return err
	}
	p := &appraisalQueue{Season: b.season, Mine: b.who.Role == account.Appraiser, Wrong: wrong, Base: b.base() + appraiseName, Address: b.at(appraiseName), Batch: b.at(appraiseBatch),
		Overview: b.base(), Differ: b.base() + differName, Doubts: b.base() + doubtName, Minute: b.base() + councilName}
	if p.DoneN, _ = strconv.Atoi(c.QueryParam(acceptedField)); p.DoneN > 0 {
		p.Done = "appraise.accepted"
	}
	list := b.choice()
	p.Found = len(list)
	from, to, page, pages := pageOf(len(list), itemsShown, b.page)
	p.Pages = pageOptions(b.w.l, pages, page, func(n int) string {
		q := b.query()
		q.Set(byPage, strconv.Itoa(n))
		return withQuery(p.Base, q)
	})
	for _, x := range list[from:to] {
		row := b.row(x)
		p.May = p.May || row.Key != ""
		p.Rows = append(p.Rows, row)
	}
	if at, ok := b.plan.Node(b.node); ok && assess.Assessed(b.plan.Nodes()[at]) {
		p.Entry = b.base() + appraiseName + "/" + pathSegment(b.node)
	}
	p.tiles(b)
	p.choices(b)
	p.progress(b)
	if finishers.allow(b.who, nil) && b.season.State == assess.Open {
		p.Finish = b.base() + appraiseFinish
	}
	return s.show(c, status, p)
}

// row describes an item.
func (b *bench) row(x assess.Item) appraisalRow {
	row := appraisalRow{Address: b.itemAddress(x), Code: x.Node.Code, Title: x.Node.Title, Agency: b.names[x.Agency], Stage: x.Stage,
		Claimed: b.w.points(x.Claimed), Standing: b.w.points(x.Standing), Difference: b.w.difference(x.Claimed, x.Standing)}
	for _, f := range assess.Facets {
		if f != assess.Differing && x.Is(f) {
			row.Facets = append(row.Facets, f)
		}
	}
	if b.mayAppraise(x) && x.Open() && x.Filled() {
		row.Key = itemKey(x)
	}
	return row
}

// itemKey names an item as it was shown.
func itemKey(x assess.Item) string {
	return strings.Join([]string{x.Node.Code, x.Agency, strconv.FormatInt(x.Leaf.Version, 10)}, "|")
}

// tiles counts what lies on the desk.
func (p *appraisalQueue) tiles(b *bench) {
	n := map[assess.Facet]int{}
	for _, x := range b.own {
		for _, f := range assess.Facets {
			if x.Is(f) {
				n[f]++
			}
		}
	}
	p.Tiles = []tile{{Key: "appraise.items", Value: b.w.l.Int(int64(len(b.own)))}}
	for _, f := range []assess.Facet{assess.Unseen, assess.Adjusted, assess.Waiting, assess.Explained} {
		p.Tiles = append(p.Tiles, tile{Key: "appraise.facet." + string(f), Value: b.w.l.Int(int64(n[f]))})
	}
}

// choices offers what the list may be narrowed by.
func (p *appraisalQueue) choices(b *bench) {
	l := b.w.l
	p.Nodes = []whatIfOption{{Words: l.T("appraise.any.node"), Current: b.node == ""}}
	held := b.held()
	for i, n := range b.plan.Nodes() {
		if held[i] > 0 {
			p.Nodes = append(p.Nodes, whatIfOption{Value: n.Code, Words: strings.Repeat("\u2003", n.Depth) + n.Code + " " + l.In(n.Title), Current: n.Code == b.node})
		}
	}
	p.Agencies = []whatIfOption{{Words: l.T("queue.any.agency"), Current: b.agency == ""}}
	for i := range b.sheets {
		code := b.sheets[i].Agency
		p.Agencies = append(p.Agencies, whatIfOption{Value: code, Words: l.In(b.names[code]), Current: code == b.agency})
	}
	for _, f := range append([]assess.Facet{allFacets}, assess.Facets...) {
		value := string(f)
		if f == assess.Unseen {
			value = "" // what is open, unless something else is asked for
		}
		p.Facets = append(p.Facets, whatIfOption{Value: value, Words: l.T("appraise.facet." + string(f)), Current: f == b.facet})
	}
	for _, o := range []struct {
		value, key string
		now        bool
	}{{"", "appraise.order.leaf", !b.perAgency}, {perAgency, "appraise.order.agency", b.perAgency}} {
		p.Orders = append(p.Orders, whatIfOption{Value: o.value, Words: l.T(o.key), Current: o.now})
	}
}

// held counts, by node, the items of the desk that lie below it.
func (b *bench) held() []int {
	nodes := b.plan.Nodes()
	n := make([]int, len(nodes))
	for _, x := range b.own {
		at, _ := b.plan.Node(x.Node.Code)
		for ; at >= 0; at = nodes[at].Parent {
			n[at]++
		}
	}
	return n
}
