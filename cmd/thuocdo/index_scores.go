package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// leafParts are what a column LEAF:PART of a wide file may hold; cases.SEVERITY is one more.
var leafParts = []string{"appraised", "self", "value", "choice", "not_applicable"}

const casesPart = "cases."

// readScores takes in a file of scores: wide (one row per agency, one column per leaf) or long (one row per agency and leaf).
func (in *indexInput) readScores(ctx context.Context, r io.Reader, found *phrase.Mistakes) (notes []string, err error) {
	s := scoreSheet{in: in, found: found, inputs: map[string]map[string]scoring.LeafInput{}}
	ignored, err := in.rows(ctx, r, in.inScores, found, s.head, s.row)
	if err != nil || len(*found) > 0 {
		return nil, err
	}
	for code, by := range s.inputs {
		if in.units[code].Leaves, err = in.plan.Inputs(by); err != nil {
			return nil, err
		}
	}
	in.scored = true
	if len(ignored) > 0 {
		notes = append(notes, "ignored columns: "+strings.Join(ignored, ", "))
	}
	if missing := s.missing(); len(missing) > 0 {
		notes = append(notes, "no column for leaves: "+strings.Join(missing, ", "))
	}
	return notes, nil
}

// scoreSheet is a file of scores being read.
type scoreSheet struct {
	in     *indexInput
	found  *phrase.Mistakes
	long   bool
	whats  []string // columns of leaves in a wide file
	inputs map[string]map[string]scoring.LeafInput
}

func (s *scoreSheet) head(x sheetRow) {
	s.in.grouped(x, s.found)
	if _, s.long = x.at["leaf"]; s.long {
		return
	}
	for what := range x.at {
		if !slices.Contains(unitColumns, what) && !slices.Contains(scoreColumns, what) && !s.in.above.has(what) {
			s.whats = append(s.whats, what)
		}
	}
	if slices.Sort(s.whats); len(s.whats) == 0 {
		s.found.Add(fmt.Sprintf("row %d", x.line), "không cột nào là tiêu chí của bộ chỉ số (%s); chỉ ra bằng --columns TIÊU_CHÍ=CỘT; tệp có các cột: %s",
			"no column is a leaf of the framework (%s); say which with --columns LEAF=COLUMN; the file has %s", strings.Join(s.in.leaves(12), ", "), strings.Join(x.names, ", "))
	}
}

// missing lists the leaves that a wide file has no column for and that nothing else is known of.
func (s *scoreSheet) missing() (codes []string) {
	if s.long {
		return nil
	}
	for _, n := range s.in.plan.Nodes() {
		if n.Leaf < 0 || n.Outside || n.Rule != nil && (n.Rule.Type == scoring.SurveyShare || n.Rule.Type == scoring.SurveyMean) {
			continue
		}
		if !slices.ContainsFunc(s.whats, func(w string) bool { return w == n.Code || strings.HasPrefix(w, n.Code+":") }) {
			codes = append(codes, n.Code)
		}
	}
	if len(codes) > 12 {
		codes = append(codes[:12], fmt.Sprintf("and %d more", len(codes)-12))
	}
	return codes
}

func (s *scoreSheet) row(x sheetRow) {
	u, fresh := s.in.unit(x, s.found)
	if fresh {
		s.inputs[u.Code] = map[string]scoring.LeafInput{}
	}
	u.Withheld = s.withheld(x) || u.Withheld
	switch {
	case s.long:
		s.longRow(x, s.inputs[u.Code])
	case !fresh:
		s.found.Add(x.place("agency"), "cơ quan %q có hai dòng", "agency %q has two rows", u.Code)
	default:
		s.wideRow(x, s.inputs[u.Code])
	}
}

var (
	yesWords      = []string{"yes", "true", "1", "x", "có"}
	noWords       = []string{"", "no", "false", "0", "không"}
	shownWords    = []string{"", "ok", "published"}
	withheldWords = []string{"withheld", "missing", "not_published", "không công bố"}
	exemptWords   = []string{"na", "n/a", "kad", "không áp dụng"}
)

func (s *scoreSheet) withheld(x sheetRow) bool {
	if status := strings.ToLower(x.get("status")); slices.Contains(withheldWords, status) {
		return true
	} else if !slices.Contains(shownWords, status) {
		s.found.Add(x.place("status"), "trạng thái %q không hiểu được; cần ok hoặc một trong: %s", "status %q is not understood; ok or one of %s is expected", status, strings.Join(withheldWords, ", "))
	}
	return s.yes(x, "withheld")
}

func (s *scoreSheet) yes(x sheetRow, what string) bool {
	switch cell := strings.ToLower(x.get(what)); {
	case slices.Contains(yesWords, cell):
		return true
	case !slices.Contains(noWords, cell):
		s.found.Add(x.place(what), "%q: cần yes hoặc để trống", "%q: yes or nothing is expected", cell)
	}
	return false
}

// longRow reads agency,leaf,self,appraised,value,choice,counts,not_applicable.
func (s *scoreSheet) longRow(x sheetRow, by map[string]scoring.LeafInput) {
	leaf := x.get("leaf")
	if _, ok := s.in.plan.Leaf(leaf); !ok {
		s.found.Add(x.place("leaf"), "bộ chỉ số không có tiêu chí %q", "the framework has no leaf %q", leaf)
		return
	}
	if _, twice := by[leaf]; twice {
		s.found.Add(x.place("leaf"), "tiêu chí %q của cơ quan %q có hai dòng", "leaf %q of agency %q has two rows", leaf, x.get("agency"))
	}
	var in scoring.LeafInput
	for _, part := range leafParts {
		s.part(x, part, leaf, part, &in)
	}
	for _, pair := range strings.Fields(x.get("counts")) {
		code, n, ok := strings.Cut(pair, "=")
		if xs := readings(n); ok && len(xs) == 1 {
			addCase(&in, code, xs[0])
			continue
		}
		s.found.Add(x.place("counts"), "%q: cần dạng minor=2", "%q: minor=2 is the expected form", pair)
	}
	s.check(x, "leaf", leaf, scoring.LeafInput{Counts: in.Counts})
	by[leaf] = in
}

// wideRow reads one cell per leaf, or per leaf and part.
func (s *scoreSheet) wideRow(x sheetRow, by map[string]scoring.LeafInput) {
	for _, what := range s.whats {
		if x.get(what) == "" {
			continue
		}
		leaf, part, _ := strings.Cut(what, ":")
		in := by[leaf]
		switch {
		case part == "" && slices.Contains(exemptWords, strings.ToLower(x.get(what))):
			in.NotApplicable = true
			s.check(x, what, leaf, scoring.LeafInput{NotApplicable: true})
		case part == "":
			s.part(x, what, leaf, "appraised", &in)
		case strings.HasPrefix(part, casesPart):
			code := strings.TrimPrefix(part, casesPart)
			if n := s.number(x, what, leaf, func(n *float64) scoring.LeafInput {
				return scoring.LeafInput{Counts: map[string]float64{code: *n}}
			}); n != nil {
				addCase(&in, code, *n)
			}
		default:
			s.part(x, what, leaf, part, &in)
		}
		by[leaf] = in
	}
}

func addCase(in *scoring.LeafInput, code string, n float64) {
	if in.Counts == nil {
		in.Counts = map[string]float64{}
	}
	in.Counts[code] += n
}

// part reads one kind of input of a leaf from a cell.
func (s *scoreSheet) part(x sheetRow, what, leaf, part string, in *scoring.LeafInput) {
	if x.get(what) == "" {
		return
	}
	switch part {
	case "self":
		in.Self = s.number(x, what, leaf, func(n *float64) scoring.LeafInput { return scoring.LeafInput{Self: n} })
	case "appraised":
		in.Appraised = s.number(x, what, leaf, func(n *float64) scoring.LeafInput { return scoring.LeafInput{Appraised: n} })
	case "value":
		in.Value = s.number(x, what, leaf, func(n *float64) scoring.LeafInput { return scoring.LeafInput{Value: n} })
	case "choice":
		in.Choice = x.get(what)
		s.check(x, what, leaf, scoring.LeafInput{Choice: in.Choice})
	case "not_applicable":
		if in.NotApplicable = s.yes(x, what); in.NotApplicable {
			s.check(x, what, leaf, scoring.LeafInput{NotApplicable: true})
		}
	}
}

// number reads a cell. Where it can be read in two ways, the leaf decides; where both fit the leaf, it is a mistake.
func (s *scoreSheet) number(x sheetRow, what, leaf string, as func(*float64) scoring.LeafInput) *float64 {
	xs := readings(x.get(what))
	if len(xs) == 0 {
		s.found.Add(x.place(what), "%q không phải là số", "%q is not a number", x.get(what))
		return nil
	}
	fit := slices.DeleteFunc(slices.Clone(xs), func(n float64) bool { return s.in.plan.CheckInput(leaf, as(&n)) != nil })
	switch len(fit) {
	case 0:
		s.check(x, what, leaf, as(&xs[0]))
		return nil
	case 2:
		s.found.Add(x.place(what), "%q có thể là %v hoặc %v; hãy viết dấu chấm thập phân hoặc bỏ dấu phân cách nghìn", "%q may be %v or %v; write a decimal point, or no separator of thousands",
			x.get(what), fit[0], fit[1])
		return nil
	}
	return &fit[0]
}

// check adds what the rule of a leaf says against an input.
func (s *scoreSheet) check(x sheetRow, what, leaf string, in scoring.LeafInput) {
	var refused phrase.Mistakes
	if err := s.in.plan.CheckInput(leaf, in); errors.As(err, &refused) {
		for _, m := range refused {
			*s.found = append(*s.found, phrase.Mistake{Path: x.place(what), Message: m.Message})
		}
	}
}
