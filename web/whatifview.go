package web

import (
	"errors"
	"maps"
	"slices"
	"strconv"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/web/locale"
)

// whatIfPage is one agency with changes that are only tried.
type whatIfPage struct {
	Agency    survey.Agency
	Framework *scoring.Framework
	Period    string
	All       bool
	Now, Then *whatIfPlace // Then is nil without changes
	Changes   changeTable
	Weights   []weighRow // fields
	Weighed   []weighRow // what is changed
	Wrong     []wrongField
	Sections  []whatIfSection
	Ranks     []whatIfOption
	Bands     []whatIfOption
	Reach     *whatIfReach
	Base      string // address without changes
	Losses    string // address
	Kept      []hiddenField
	Targets   []hiddenField
	Keep      keep
	CSRF      string
}

func (*whatIfPage) template() string { return "whatif" }

func (p *whatIfPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// hiddenField carries what one form of the page must not lose when the other is sent.
type hiddenField struct{ Name, Value string }

// whatIfPlace is where the agency stands.
type whatIfPlace struct {
	Points, Rank string
	Badge        *badge
	Note         phrase.Text
}

// whatIfChange is one changed leaf.
type whatIfChange struct {
	Code   string
	Title  phrase.Text
	Input  string
	Before string
	After  string
	Gain   string
}

// changeTable is a list of changes with the key of its name.
type changeTable struct {
	Key  string
	Rows []whatIfChange
}

// whatIfSection is the fields below one area.
type whatIfSection struct {
	Code   string
	Title  phrase.Text
	Open   bool // something in it is changed or wrong
	Leaves []whatIfLeaf
}

// whatIfLeaf is one leaf with its fields.
type whatIfLeaf struct {
	Code   string
	Title  phrase.Text
	Points string
	Fields []inputField
}

// whatIfOption is one choice of a field.
type whatIfOption struct {
	Value, Words string
	Title        phrase.Text
	Current      bool
}

// whatIfReach is the shortest way to a target.
type whatIfReach struct {
	None, There bool
	Count       int
	Gain, Need  string
	Maybe       bool
	Moves       changeTable
	Use         string // address that tries the moves
	Then        whatIfPlace
}

func (s *Server) whatIfPage(l *locale.Locale, r lossRequest, box *sandbox, try *attempt, base string) (*whatIfPage, error) {
	f := box.own.Plan.Framework()
	w := lossWords{l, f.Decimals()}
	p := &whatIfPage{Agency: r.agency, Framework: f, Period: periodTitle(l, survey.Period(r.Period)), All: r.all, Wrong: try.wrong, Base: base,
		Losses: r.address(), Now: w.place(f, box.Base())}
	p.weighRows(w, box.own.Plan, try)
	if try.changed() && len(try.wrong) == 0 {
		after, err := box.try(try.changes)
		if err != nil {
			return nil, err
		}
		p.Then, p.Changes.Key = w.place(f, after), "whatif.changes"
		for _, n := range box.own.Plan.Nodes() {
			if in, ok := try.changes[n.Code]; ok && n.Leaf >= 0 {
				x, err := w.change(box, n, in, after)
				if err != nil {
					return nil, err
				}
				p.Changes.Rows = append(p.Changes.Rows, x)
			}
		}
	}
	p.kept(try)
	p.sections(w, box, try)
	p.targets(box.Base(), f, try)
	return p, p.reach(w, box, try)
}

// kept are the changes as hidden fields, in the order of their names.
func (p *whatIfPage) kept(try *attempt) {
	only := *try
	only.rank, only.band = 0, ""
	q := only.query()
	for _, name := range slices.Sorted(maps.Keys(q)) {
		p.Kept = append(p.Kept, hiddenField{name, q.Get(name)})
	}
}

func (w lossWords) place(f *scoring.Framework, r scoring.Result) *whatIfPlace {
	p := &whatIfPlace{Badge: badgeOf(f, r.Band), Note: report.Note(&r)}
	if r.Total.Known {
		p.Points = w.number(r.Total.Points)
	}
	if r.Rank > 0 {
		p.Rank = w.l.T("agency.rank.short", w.l.Int(int64(r.Rank)), w.l.Int(int64(r.Of)))
	}
	return p
}

// change describes one change; its gain is what it would bring alone.
func (w lossWords) change(box *sandbox, n scoring.PlanNode, in scoring.LeafInput, after scoring.Result) (x whatIfChange, err error) {
	i, _ := box.own.Plan.Node(n.Code)
	was, is := box.Base().Nodes[i], after.Nodes[i]
	x = whatIfChange{Code: n.Code, Title: n.Title, Input: w.input(n.Node, in)}
	if was.Known {
		x.Before = w.number(was.Points)
	}
	if is.Known {
		x.After = w.number(is.Points)
	}
	alone, err := box.try(map[string]scoring.LeafInput{n.Code: in})
	if base := box.asked.Base().Total; err == nil && alone.Total.Known && base.Known {
		x.Gain = w.signed(alone.Total.Points - base.Points)
	}
	return x, err
}

func (w lossWords) signed(x float64) string {
	if text := w.number(x); x > 0 && text != w.number(0) {
		return "+" + text
	}
	return w.number(x)
}

// input writes an input in words.
func (w lossWords) input(n *scoring.Node, in scoring.LeafInput) string {
	switch {
	case in.NotApplicable:
		return w.l.T("whatif.na")
	case in.Appraised != nil:
		return w.l.T("whatif.kind.points") + ": " + w.l.Short(*in.Appraised, 4)
	case in.Value != nil:
		return w.l.Short(*in.Value, 4)
	case in.Choice != "":
		return w.l.In(report.OptionTitle(n, in.Choice))
	}
	text := ""
	if n.Rule != nil {
		for _, v := range n.Rule.Severity {
			if x, ok := in.Counts[v.Code]; ok {
				if text != "" {
					text += "; "
				}
				text += w.l.In(v.Title) + ": " + w.l.Short(x, 0)
			}
		}
	}
	return text
}

// sections lists the fields of all leaves by area.
func (p *whatIfPage) sections(w lossWords, box *sandbox, try *attempt) {
	nodes := box.own.Plan.Nodes()
	for i, n := range nodes {
		if n.Depth == 0 {
			p.Sections = append(p.Sections, whatIfSection{Code: n.Code, Title: n.Title})
		}
		if n.Leaf < 0 {
			continue
		}
		leaf := whatIfLeaf{Code: n.Code, Title: n.Title, Fields: w.fields(n, inputAt(box.Unit(), n.Leaf), box.Base().Nodes[i], try)}
		if s := box.Base().Nodes[i]; s.Known {
			leaf.Points = w.number(s.Points) + "/" + w.l.Short(n.MaxPoints, 2)
		}
		last := &p.Sections[len(p.Sections)-1]
		last.Open = last.Open || slices.ContainsFunc(leaf.Fields, func(f inputField) bool { return f.Value != "" || f.Wrong })
		last.Leaves = append(last.Leaves, leaf)
	}
}

// fields lists the inputs of one leaf.
func (w lossWords) fields(n scoring.PlanNode, in scoring.LeafInput, s scoring.Score, try *attempt) []inputField {
	list := inputFields(w.l, n, "")
	for i := range list {
		f := &list[i]
		f.Value = try.typed[f.Name]
		f.Wrong = slices.ContainsFunc(try.wrong, func(x wrongField) bool { return x.Field == f.Name || x.Field == leafPrefix+n.Code })
	}
	if n.Rule != nil && n.Rule.Severity != nil {
		w.cases(list, n, in, try)
		return list
	}
	f := &list[0]
	now, changed := try.changes[n.Code]
	if changed {
		f.Value = now.String()
	}
	switch {
	case n.Rule == nil:
		if s.Known {
			f.Now = w.l.Short(s.Points, 4)
		}
		if now.Appraised != nil {
			f.Value = w.l.Short(*now.Appraised, 9)
		}
		return list
	case f.Options != nil:
		w.keep(f, n, in.Choice)
	case in.Value != nil:
		f.Now = w.l.Short(*in.Value, 4)
	case f.Key == "whatif.kind.percent" && s.Known && s.Max > 0 && (n.Rule.To == nil || *n.Rule.To == 100):
		f.Now = w.l.Short(s.Percent(), 2)
	}
	if now.Value != nil {
		f.Value = w.l.Short(*now.Value, 9)
	}
	return list
}

// keep marks the option that is tried, behind one that leaves the leaf as it is.
func (w lossWords) keep(f *inputField, n scoring.PlanNode, now string) {
	f.choose()
	first := w.l.T("whatif.keep")
	if now != "" {
		first += " (" + w.l.In(report.OptionTitle(n.Node, now)) + ")"
	}
	f.Options = append([]whatIfOption{{Words: first}}, f.Options...)
}

// cases puts the numbers by severity into their fields; one that is as it was stays empty.
func (w lossWords) cases(list []inputField, n scoring.PlanNode, in scoring.LeafInput, try *attempt) {
	for i, v := range n.Rule.Severity {
		f := &list[i]
		if x, ok := in.Counts[v.Code]; ok {
			f.Now = w.l.Short(x, 0)
		}
		if x, ok := try.changes[n.Code].Counts[v.Code]; ok {
			if f.Value = w.l.Short(x, 0); f.Value == f.Now {
				f.Value = ""
			}
		}
	}
}

// targets lists the ranks and bands that may be asked for.
func (p *whatIfPage) targets(r scoring.Result, f *scoring.Framework, try *attempt) {
	if r.Rank > 1 {
		p.Ranks = append(p.Ranks, whatIfOption{})
		for k := 1; k < r.Rank && k <= 200; k++ {
			p.Ranks = append(p.Ranks, whatIfOption{Value: strconv.Itoa(k), Words: strconv.Itoa(k), Current: try.rank == k})
		}
		if try.rank > 0 {
			p.Targets = append(p.Targets, hiddenField{toRank, strconv.Itoa(try.rank)})
		}
	}
	order := bandsBestFirst(f)
	at := slices.Index(order, r.Band)
	if at < 0 {
		at = len(order)
	}
	if r.Total.Known && at > 0 {
		p.Bands = append(p.Bands, whatIfOption{})
		for _, code := range order[:at] {
			p.Bands = append(p.Bands, whatIfOption{Value: code, Title: report.BandTitle(f, code), Current: try.band == code})
		}
		if try.band != "" {
			p.Targets = append(p.Targets, hiddenField{toBand, try.band})
		}
	}
}

// reach looks for the shortest way where a target is asked for.
func (p *whatIfPage) reach(w lossWords, box *sandbox, try *attempt) error {
	if try.rank == 0 && try.band == "" {
		return nil
	}
	way, err := box.Reach(scoring.Target{Rank: try.rank, Band: try.band})
	if errors.Is(err, scoring.ErrOutOfReach) {
		p.Reach = &whatIfReach{None: true}
		return nil
	}
	if err != nil {
		return err
	}
	f := box.own.Plan.Framework()
	p.Reach = &whatIfReach{There: len(way.Moves) == 0, Count: len(way.Moves), Gain: w.number(way.Gain), Need: w.number(way.Need),
		Maybe: !way.Smallest || !way.Least, Then: *w.place(f, way.Result), Moves: changeTable{Key: "whatif.moves"}}
	next := attempt{changes: map[string]scoring.LeafInput{}}
	for _, m := range way.Moves {
		i, _ := box.own.Plan.Node(m.Code)
		n := box.own.Plan.Nodes()[i]
		next.changes[m.Code] = m.Input
		p.Reach.Moves.Rows = append(p.Reach.Moves.Rows, whatIfChange{Code: m.Code, Title: n.Title, Input: w.input(n.Node, m.Input),
			Before: w.number(box.Base().Nodes[i].Points), After: w.number(m.Points), Gain: w.signed(m.Gain)})
	}
	p.Reach.Use = next.address(p.Base)
	return nil
}
