package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/account"
)

// Names behind the address of a season.
const (
	appraiseName   = "/tham-dinh"
	appraiseBatch  = appraiseName + "/hang-loat"
	appraiseFinish = appraiseName + "/ket-thuc"
	differName     = appraiseName + "/chenh-lech"
	doubtName      = appraiseName + "/doi-chieu"
)

var (
	// appraisalReaders: whoever sees appraisals under way; appraisers see their own criteria and agencies only.
	appraisalReaders = localRoles("readers of appraisals", account.Administrator, account.Appraiser, account.Auditor)
	// appraisers: whoever appraises. Which criteria, the season says.
	appraisers = localRoles("appraisers", account.Appraiser)
	// finishers: whoever ends a stage that others than agencies work on.
	finishers = localRoles("finishers of stages", account.Administrator, account.Appraiser)
)

// appraiseTable is every address of the appraiser's desk.
func (s *Server) appraiseTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	at := seasonsPath + "/:season"
	return []route{
		{get, at + appraiseName, appraisalReaders, noBody, s.appraisals},
		{post, at + appraiseBatch, appraisers, apiMax, s.acceptBatch},
		{post, at + appraiseFinish, finishers, formMax, s.finishAppraisal},
		{get, at + differName, appraisalReaders, noBody, s.appraisalDifferences},
		{get, at + differName + "/:file", appraisalReaders, noBody, s.appraisalDifferencesFile},
		{get, at + doubtName, appraisalReaders, noBody, s.doubts},
		{get, at + appraiseName + "/:leaf", appraisalReaders, noBody, s.leafEntry},
		{post, at + appraiseName + "/:leaf", appraisers, formMax, s.enterLeaf},
		{get, at + appraiseName + "/:leaf/:agency", appraisalReaders, noBody, s.appraisal},
		{post, at + appraiseName + "/:leaf/:agency", appraisers, formMax, s.appraise},
	}
}

// Names of what chooses items in an address.
const (
	byNode  = "muc"
	byFacet = "loc"
	byTurn  = "theo"

	allFacets = "all"
	perAgency = "co-quan" // order: agency by agency, instead of leaf by leaf
)

// appraiseRequest chooses items of a season.
type appraiseRequest struct {
	node, agency string       // "" = all
	facet        assess.Facet // allFacets, or one of them
	perAgency    bool
	page         int
}

// query writes the request as an address does, without the page.
func (r appraiseRequest) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{byNode: r.node, byAgency: r.agency} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if r.facet != assess.Unseen {
		q.Set(byFacet, string(r.facet))
	}
	if r.perAgency {
		q.Set(byTurn, perAgency)
	}
	return q
}

// bench is everything that the pages of appraisers and of the council show of a season.
type bench struct {
	appraiseRequest
	season *assess.Season
	plan   *scoring.Plan
	sheets []assess.Sheet
	names  map[string]phrase.Text
	who    account.Account
	all    []assess.Item // of the agencies that the reader may read, as the council sees them
	own    []assess.Item // what the reader appraises, or all of it, in the order asked for
	w      lossWords
}

// bench reads a season for whoever asks. Appraisers get their own criteria.
func (s *Server) bench(c echo.Context) (*bench, error) {
	ctx, l := c.Request().Context(), s.language(c)
	b := &bench{}
	var err error
	if b.season, b.plan, err = s.store.Season(ctx, c.Param("season")); err != nil {
		return nil, err
	}
	if b.sheets, err = s.store.Sheets(ctx, b.season.Code); err != nil {
		return nil, err
	}
	if b.names, err = s.names(ctx); err != nil {
		return nil, err
	}
	b.who, _ = accountOf(c)
	b.sheets = slices.DeleteFunc(b.sheets, func(x assess.Sheet) bool { return !b.who.MayRead(x.Agency) })
	b.w = lossWords{l, max(2, b.plan.Framework().Decimals())}
	b.ask(c.QueryParams())
	login := ""
	if b.who.Role == account.Appraiser {
		login = b.who.Login
	}
	b.all = assess.Items(b.season, b.plan, b.sheets, "")
	b.own = slices.Clone(b.all)
	if login != "" {
		b.own = assess.Items(b.season, b.plan, b.sheets, login)
	}
	if b.perAgency {
		slices.SortStableFunc(b.own, func(x, y assess.Item) int { return cmp.Compare(x.Agency, y.Agency) })
	}
	return b, nil
}

// ask reads what is asked for; what is unknown chooses nothing in particular.
func (b *bench) ask(q url.Values) {
	r := appraiseRequest{facet: assess.Unseen, perAgency: q.Get(byTurn) == perAgency}
	if _, ok := b.plan.Node(q.Get(byNode)); ok {
		r.node = q.Get(byNode)
	}
	if slices.Contains(b.season.Agencies, q.Get(byAgency)) {
		r.agency = q.Get(byAgency)
	}
	if f := assess.Facet(q.Get(byFacet)); f == allFacets || slices.Contains(assess.Facets, f) {
		r.facet = f
	}
	r.page, _ = strconv.Atoi(q.Get(byPage))
	b.appraiseRequest = r
}

// base is the address of the season.
func (b *bench) base() string { return seasonAddress(b.season.Code) }

// at is an address of the season with what chooses items behind it.
func (b *bench) at(name string) string { return withQuery(b.base()+name, b.query()) }

func (b *bench) itemAddress(x assess.Item) string {
	return b.at(appraiseName + "/" + pathSegment(x.Node.Code) + "/" + pathSegment(x.Agency))
}

// within reports whether an item lies in the part of the framework and the agency asked for.
func (b *bench) within(x assess.Item) bool {
	if b.agency != "" && x.Agency != b.agency {
		return false
	}
	if b.node == "" {
		return true
	}
	above, _ := b.plan.Node(b.node)
	at, _ := b.plan.Node(x.Node.Code)
	return above <= at && at < b.plan.Nodes()[above].End
}

// chosen reports whether the request chooses an item.
func (b *bench) chosen(x assess.Item) bool {
	return b.within(x) && (b.facet == allFacets || x.Is(b.facet))
}

// choice returns the items that the request chooses.
func (b *bench) choice() (list []assess.Item) {
	for _, x := range b.own {
		if b.chosen(x) {
			list = append(list, x)
		}
	}
	return list
}

// neighbours returns the chosen items before and after an item of the desk, and begins anew at the top where there is none after it.
// Places count from 1; 0: the item is not chosen itself.
func (b *bench) neighbours(at int) (before, after *assess.Item, place, found int) {
	var first *assess.Item
	for i := range b.own {
		x := &b.own[i]
		if !b.chosen(*x) {
			continue
		}
		found++
		switch {
		case i < at:
			before = x
		case i == at:
			place = found
		case after == nil:
			after = x
		}
		if first == nil && i != at {
			first = x
		}
	}
	if after == nil {
		after = first
	}
	return before, after, place, found
}

// mayAppraise reports whether the reader may appraise an item now. Late is for the store to say.
func (b *bench) mayAppraise(x assess.Item) bool {
	return appraisers.allow(b.who, nil) && b.season.State == assess.Open && (x.Stage == assess.Submitted || x.Stage == assess.Review && x.Leaf.Appeal != nil) &&
		b.season.Appraises(b.plan, b.who.Login, x.Node.Code)
}

// points writes points, or a dash.
func (w lossWords) points(x *float64) string {
	if x == nil {
		return "–"
	}
	return w.number(*x)
}

// difference writes how much is added to points or taken off them; "" where nothing is.
func (w lossWords) difference(from, to *float64) string {
	if from == nil || to == nil || *from == *to {
		return ""
	}
	return w.signed(*to - *from)
}

// said writes an input in words, or a dash.
func (w lossWords) said(n scoring.PlanNode, in scoring.LeafInput) string {
	if assess.Empty(in) {
		return "–"
	}
	return w.input(n.Node, in)
}
