package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
)

// Fields of a batch.
const (
	pickField     = "chon"    // an item as it was shown; many
	everyField    = "tat-ca"  // instead: all that the request chooses
	stepField     = "buoc"    // of the batch
	stepStore     = "ghi"     // the step that stores
	acceptedField = "da-nhan" // in the address of the queue: how many were accepted
)

// batchMost is how many claims are accepted at once.
const batchMost = 2000

// acceptPage is a batch before it is stored.
type acceptPage struct {
	Season   *assess.Season
	Rows     []acceptRow
	Agencies int
	Points   string      // of what is accepted
	Kept     []acceptRow // that are left out, and why
	Changed  []acceptRow // that somebody changed since they were chosen
	Address  string
	Queue    string
	Left     int // chosen too, but more than are accepted at once
	Most     int
	Wrong    string // key of a message
	CSRF     string
}

func (*acceptPage) template() string { return "accept-batch" }

func (p *acceptPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// acceptRow is one item of a batch.
type acceptRow struct {
	Key, Address, Code, Said, Points, By, Why string
	Title, Agency                             phrase.Text
	Bare                                      bool // without a document
	Waiting                                   bool // with an open question
}

// acceptBatch shows what accepting many claims would do, and does it when that is confirmed: all of it, or nothing.
func (s *Server) acceptBatch(c echo.Context) error {
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
	p, turns := b.batch(form)
	switch {
	case len(turns) == 0 && len(p.Changed) == 0:
		return s.showAppraisals(c, http.StatusUnprocessableEntity, "appraise.wrong.none")
	case form.Get(stepField) != stepStore:
		return s.show(c, http.StatusOK, p)
	case len(p.Changed) > 0:
		p.Wrong = "appraise.wrong.changed"
		return s.show(c, http.StatusConflict, p)
	}
	err = s.store.AssessAs(c.Request().Context(), b.who.ID, b.season.Code, turns...)
	if errors.Is(err, assess.ErrConflict) || errors.Is(err, assess.ErrStage) { // between reading and storing
		if b, err = s.bench(c); err != nil {
			return err
		}
		p, _ = b.batch(form)
		p.Wrong = "appraise.wrong.changed"
		return s.show(c, http.StatusConflict, p)
	}
	if err != nil {
		return err
	}
	q := b.query()
	q.Set(acceptedField, strconv.Itoa(len(p.Rows)))
	return s.see(c, withQuery(b.base()+appraiseName, q))
}

// batch describes the items that a form chose, and what accepts them.
func (b *bench) batch(form url.Values) (*acceptPage, []assess.Turn) {
	p := &acceptPage{Season: b.season, Address: b.at(appraiseBatch), Queue: b.at(appraiseName)}
	picked := form[pickField]
	if form.Get(everyField) != "" {
		picked = nil
		for _, x := range b.choice() {
			picked = append(picked, itemKey(x))
		}
	}
	p.Left, p.Most = max(0, len(picked)-batchMost), batchMost
	turns := map[string]*assess.Turn{}
	var order []string
	points := 0.0
	for _, key := range picked[:min(len(picked), batchMost)] {
		x, version, ok := b.find(key)
		if !ok {
			continue
		}
		row := b.acceptRow(x)
		switch {
		case x.Leaf.Version != version:
			row.Why = "appraise.why.changed"
			p.Changed = append(p.Changed, row)
			continue
		case !b.mayAppraise(x) || !x.Open():
			row.Why = "appraise.why.done"
		case !x.Filled():
			row.Why = "appraise.why.empty"
		}
		if row.Why != "" {
			p.Kept = append(p.Kept, row)
			continue
		}
		p.Rows = append(p.Rows, row)
		if turns[x.Agency] == nil {
			turns[x.Agency] = &assess.Turn{Agency: x.Agency}
			order = append(order, x.Agency)
		}
		turns[x.Agency].Acts = append(turns[x.Agency].Acts, assess.Appraise{Leaf: x.Node.Code, Seen: version})
		if x.Claimed != nil {
			points += *x.Claimed
		}
	}
	p.Agencies, p.Points = len(order), b.w.number(points)
	var list []assess.Turn
	for _, agency := range order {
		list = append(list, *turns[agency])
	}
	return p, list
}

// find returns the item that a key names, and the version that was shown.
func (b *bench) find(key string) (x assess.Item, version int64, ok bool) {
	fields := strings.Split(key, "|")
	if len(fields) != 3 {
		return x, 0, false
	}
	version, err := strconv.ParseInt(fields[2], 10, 64)
	i := slices.IndexFunc(b.own, func(x assess.Item) bool { return x.Node.Code == fields[0] && x.Agency == fields[1] })
	if err != nil || i < 0 {
		return x, 0, false
	}
	return b.own[i], version, true
}

func (b *bench) acceptRow(x assess.Item) acceptRow {
	row := acceptRow{Key: itemKey(x), Address: b.itemAddress(x), Code: x.Node.Code, Title: x.Node.Title, Agency: b.names[x.Agency],
		Said: b.w.said(x.Node, x.Leaf.Claim.Input), Points: b.w.points(x.Claimed), Bare: x.Is(assess.Bare), Waiting: x.Is(assess.Waiting)}
	if x.Leaf.Appraisal != nil {
		row.By = x.Leaf.Appraisal.By
	}
	return row
}
