package assess

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// Act is something that a person does to a sheet.
type Act interface{ apply(*turn) error }

// Turn is what is done to the sheet of one agency.
type Turn struct {
	Agency string
	Acts   []Act
}

// turn is one act under way.
type turn struct {
	season  *Season
	plan    *scoring.Plan
	sheet   *Sheet
	mark    Mark
	changed []string
}

// Do lets a person act on a sheet at a moment and returns the codes of the leaves that changed. Where it fails the sheet must not be
// used any more.
func Do(season *Season, plan *scoring.Plan, sheet *Sheet, by string, now time.Time, act Act) (changed []string, err error) {
	if season.State != Open {
		return nil, fmt.Errorf("%s: %w", season.Code, ErrState)
	}
	t := &turn{season: season, plan: plan, sheet: sheet, mark: Mark{by, now}}
	if sheet.Leaves == nil {
		sheet.Leaves = map[string]Leaf{}
	}
	err = act.apply(t)
	return t.changed, err
}

// during wants the sheet to be at one of some stages, and its deadline to be ahead.
func (t *turn) during(stages ...Stage) error {
	if !slices.Contains(stages, t.sheet.Stage) {
		return wrongStage(t.sheet.Stage, stages...)
	}
	return t.timeFor(t.sheet.Stage)
}

// leaf returns a leaf that is still as its editor saw it.
func (t *turn) leaf(code string, seen int64) (Leaf, error) {
	if _, err := node(t.plan, code); err != nil {
		return Leaf{}, err
	}
	l := t.sheet.Leaves[code]
	if l.Version != seen {
		return l, fmt.Errorf("%s: version %d, not %d: %w", code, l.Version, seen, ErrConflict)
	}
	return l, nil
}

func (t *turn) put(code string, l Leaf) {
	l.Version++
	t.sheet.Leaves[code] = l
	t.changed = append(t.changed, code)
}

// Fill is the agency's claim about a leaf; an empty one takes it back. Where it says anything new, what later stages said of the leaf
// falls away.
type Fill struct {
	Leaf  string
	Seen  int64 // the version that was on screen
	Claim Claim
}

func (a Fill) apply(t *turn) error {
	if err := t.during(Draft); err != nil {
		return err
	}
	l, err := t.leaf(a.Leaf, a.Seen)
	if err != nil {
		return err
	}
	if n, _ := node(t.plan, a.Leaf); !Claimed(n) {
		return mistake(a.Leaf, "mục %q do người thẩm định nhập từ số liệu thống kê, hồ sơ", "appraisers enter %q from statistics or dossiers", a.Leaf)
	}
	if !Empty(a.Claim.Input) {
		if _, err := Points(t.plan, a.Leaf, a.Claim.Input); err != nil {
			return err
		}
	}
	if err := a.Claim.check(a.Leaf); err != nil {
		return err
	}
	a.Claim.Evidence = a.Claim.keepFiles(l.Claim)
	if l.Version > 0 && l.Claim.Same(a.Claim) && sameFiles(l.Claim.Evidence, a.Claim.Evidence) {
		return nil // what was said of it stands
	}
	a.Claim.Mark = t.mark
	t.put(a.Leaf, Leaf{Version: l.Version, Claim: a.Claim, Questions: l.Questions})
	return nil
}

// Bounds of what is typed.
const (
	MostText     = 4000 // letters of an explanation or a reason
	MostEvidence = 50   // documents of a leaf
	mostWord     = 200  // letters of a number, an issuer, a page
)

func (c Claim) check(code string) error {
	if len(c.Evidence) > MostEvidence {
		return mistake(code, "nhiều hơn %d tài liệu", "more than %d documents", MostEvidence)
	}
	for _, e := range c.Evidence {
		if err := e.check(code); err != nil {
			return err
		}
	}
	return short(code, c.Explanation)
}

// short wants a text to be of a length that somebody reads.
func short(code, text string) error {
	if utf8.RuneCountInString(text) > MostText {
		return mistake(code, "dài hơn %d chữ", "longer than %d letters", MostText)
	}
	return nil
}

func (e Evidence) check(code string) error {
	if max(utf8.RuneCountInString(e.Number), utf8.RuneCountInString(e.Issuer), utf8.RuneCountInString(e.Page)) > mostWord {
		return mistake(code, "thông tin tài liệu dài hơn %d chữ", "what is said of a document is longer than %d letters", mostWord)
	}
	if strings.TrimSpace(e.Number) == "" {
		return mistake(code, "tài liệu kiểm chứng cần có số, ký hiệu", "evidence needs a document number")
	}
	if _, err := time.Parse(time.DateOnly, e.Date); e.Date != "" && err != nil {
		return mistake(code, "ngày ban hành %q: cần dạng 2026-06-30", "the date %q: expected as 2026-06-30", e.Date)
	}
	return nil
}

// Submit hands a complete sheet over, with the name of the head of the agency who approved it.
type Submit struct {
	Head string
	Seen *int64 // Sheet.Changes as whoever approves saw it; nil: nobody looked
}

func (a Submit) apply(t *turn) error {
	if err := t.during(Draft); err != nil {
		return err
	}
	if n := t.sheet.Changes(); a.Seen != nil && *a.Seen != n {
		return fmt.Errorf("%d changes, not %d: %w", n, *a.Seen, ErrConflict)
	}
	if strings.TrimSpace(a.Head) == "" {
		return fmt.Errorf("who approved it: %w", ErrReason)
	}
	err := t.complete(func(m *phrase.Mistakes, n scoring.PlanNode, l Leaf) {
		if Claimed(n) {
			l.missing(m, n)
		}
	})
	if err != nil {
		return err
	}
	t.sheet.Head, t.sheet.Stage = a.Head, Submitted
	return nil
}

// complete asks of every leaf what is missing.
func (t *turn) complete(missing func(*phrase.Mistakes, scoring.PlanNode, Leaf)) error {
	var m phrase.Mistakes
	for _, n := range t.plan.Nodes() {
		if Assessed(n) {
			missing(&m, n, t.sheet.Leaves[n.Code])
		}
	}
	if len(m) > 0 {
		return &Incomplete{m}
	}
	return nil
}

// Appraise accepts a claim, or puts another input in its place, with a reason. In the second round only what was explained is
// looked at again.
type Appraise struct {
	Leaf   string
	Seen   int64
	Input  *scoring.LeafInput // nil = the claim is accepted
	Reason string
}

func (a Appraise) apply(t *turn) error {
	l, err := t.appraising(a.Leaf, a.Seen)
	if err != nil {
		return err
	}
	x := &Appraisal{Input: a.Input, Reason: strings.TrimSpace(a.Reason), Round: 1, Mark: t.mark}
	if t.sheet.Stage == Review {
		if x.Round = 2; l.Appeal == nil {
			return mistake(a.Leaf, "vòng hai chỉ xem lại mục có giải trình", "the second round looks at leaves with an explanation only")
		}
	}
	if a.Input == nil && Empty(l.Claim.Input) {
		return mistake(a.Leaf, "mục chưa có điểm tự đánh giá để chấp nhận", "there is no claim to accept")
	}
	if a.Input != nil {
		if err := adjusted(t.plan, a.Leaf, *a.Input, x.Reason); err != nil {
			return err
		}
	}
	l.Appraisal, l.Decision = x, nil
	t.put(a.Leaf, l)
	return nil
}

// adjusted wants an input that the leaf takes, and a reason.
func adjusted(plan *scoring.Plan, code string, in scoring.LeafInput, reason string) error {
	if Empty(in) {
		return mistake(code, "thiếu số liệu hoặc điểm", "the input is missing")
	}
	if _, err := Points(plan, code, in); err != nil {
		return err
	}
	if reason == "" {
		return fmt.Errorf("%s: %w", code, ErrReason)
	}
	return short(code, reason)
}

// Explain is what the agency says to an appraisal: an explanation, or an appeal to the council, with further documents where it has
// them. An empty text takes all of it back.
type Explain struct {
	Leaf     string
	Seen     int64
	Text     string
	Appeal   bool
	Evidence []Evidence
}

func (a Explain) apply(t *turn) error {
	if err := t.during(Appraised); err != nil {
		return err
	}
	l, err := t.leaf(a.Leaf, a.Seen)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(a.Text)
	if err := short(a.Leaf, text); err != nil {
		return err
	}
	switch {
	case text == "" && a.Appeal:
		return fmt.Errorf("%s: %w", a.Leaf, ErrReason)
	case text == "":
		l.Appeal = nil
	default:
		l.Appeal = nil
		if err := l.encloses(a.Leaf, a.Evidence); err != nil {
			return err
		}
		l.Appeal = &Appeal{text, a.Appeal, slices.Clone(a.Evidence), t.mark}
	}
	if l.Decision = nil; l.Appraisal != nil { // it is to be looked at again
		x := *l.Appraisal
		x.Round, l.Appraisal = 1, &x
	}
	t.put(a.Leaf, l)
	return nil
}

// Decide is the council's vote on what an appealed leaf shall be.
type Decide struct {
	Leaf   string
	Seen   int64
	Input  scoring.LeafInput
	Votes  map[string]Vote
	Reason string
}

func (a Decide) apply(t *turn) error {
	if err := t.during(Council); err != nil {
		return err
	}
	l, err := t.leaf(a.Leaf, a.Seen)
	if err != nil {
		return err
	}
	if !t.season.Hears(l) {
		return mistake(a.Leaf, "mục này không có kiến nghị để hội đồng quyết định", "nobody appealed against this leaf")
	}
	reason := strings.TrimSpace(a.Reason)
	if err := adjusted(t.plan, a.Leaf, a.Input, reason); err != nil {
		return err
	}
	yes := 0
	for member, v := range a.Votes {
		if !slices.Contains(t.season.Board.Members, member) || !slices.Contains([]Vote{For, Against, Abstain}, v) {
			return mistake(a.Leaf, "phiếu %q của %q không hợp lệ", "the vote %q of %q is not valid", v, member)
		}
		if v == For {
			yes++
		}
	}
	if len(a.Votes) < t.season.Board.Quorum {
		return fmt.Errorf("%s: %d of %d: %w", a.Leaf, len(a.Votes), t.season.Board.Quorum, ErrQuorum)
	}
	l.Decision = &Decision{Input: a.Input, Votes: a.Votes, Passed: 2*yes > len(a.Votes), Reason: reason, Mark: t.mark}
	t.put(a.Leaf, l)
	return nil
}

// Advance ends the stage of a sheet that others than its agency work on, or, once its deadline has passed, the time for
// explanations; an agency ends that itself by Done. What is missing is told leaf by leaf.
type Advance struct {
	Done bool // the agency says that it has explained all
}

func (a Advance) apply(t *turn) error {
	var err error
	switch t.sheet.Stage {
	case Submitted:
		err = t.complete(func(m *phrase.Mistakes, n scoring.PlanNode, l Leaf) {
			if l.unappraised(n) {
				m.Add(n.Code, "mục %q chưa thẩm định", "%q is not appraised", n.Code)
			}
		})
		if err == nil {
			err = t.timeFor(Appraised)
		}
	case Appraised:
		if !a.Done && t.mark.At.Before(t.season.DueFor(t.sheet, Appraised)) {
			err = ErrEarly
		}
	case Review:
		err = t.complete(func(m *phrase.Mistakes, n scoring.PlanNode, l Leaf) {
			if l.unreviewed() {
				m.Add(n.Code, "mục %q có giải trình chưa được xem lại", "%q was explained and not looked at again", n.Code)
			}
		})
	case Council:
		err = t.complete(func(m *phrase.Mistakes, n scoring.PlanNode, l Leaf) {
			if l.undecided() {
				m.Add(n.Code, "mục %q có kiến nghị chưa được quyết định", "%q was appealed and not decided", n.Code)
			}
		})
	default:
		err = wrongStage(t.sheet.Stage, Submitted, Appraised, Review, Council)
	}
	if err == nil {
		t.sheet.Stage = t.season.after(t.sheet.Stage)
	}
	return err
}

// Reopen puts a sheet back to an earlier stage whose deadline is ahead, with a reason. What was entered stays.
type Reopen struct {
	To     Stage
	Reason string
}

func (a Reopen) apply(t *turn) error {
	if strings.TrimSpace(a.Reason) == "" {
		return ErrReason
	}
	if a.To.place() < 0 || a.To.place() >= t.sheet.Stage.place() || a.To == Review && t.season.Rounds < 2 {
		return wrongStage(t.sheet.Stage, a.To)
	}
	if err := t.timeFor(a.To); err != nil {
		return err
	}
	t.sheet.Stage, t.sheet.Reason = a.To, strings.TrimSpace(a.Reason)
	return nil
}

// timeFor wants the deadline of a stage to be ahead: nobody could do anything in it, and its right to explain and appeal would be lost to
// the agency. Deadlines can be moved first.
func (t *turn) timeFor(stage Stage) error {
	if due := t.season.DueFor(t.sheet, stage); !t.mark.At.Before(due) {
		return fmt.Errorf("%s was due %s: %w", stage, due.Format(time.RFC3339), ErrLate)
	}
	return nil
}
