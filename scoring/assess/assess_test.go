package assess

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// small has a leaf of each kind that matters here: by choice, by percent, typed, outside the maximum, and one that a survey gives.
const small = `{"code":"nho","version":"1","title":{"vi":"Nhỏ"},"kinds":["province"],"period":"year","effective":{"from":"2026-01-01"},"max_points":10,
 "groups":[{"code":"all","title":{"vi":"Tất cả"},"kinds":["province"]}],"rounding":{"display":2},
 "tree":[{"code":"1","title":{"vi":"Một"},"max_points":7,"children":[
   {"code":"1.1","title":{"vi":"Kế hoạch"},"max_points":2,"source":"self+appraisal","rule":{"type":"choice","options":[{"code":"a","title":{"vi":"Đúng hạn"},"points":2},{"code":"b","title":{"vi":"Chậm"},"points":1},{"code":"c","title":{"vi":"Không"},"points":0}]}},
   {"code":"1.2","title":{"vi":"Tỷ lệ"},"max_points":3,"source":"self+appraisal","not_applicable":"rebase","rule":{"type":"proportional"}},
   {"code":"1.3","title":{"vi":"Sáng kiến"},"max_points":2,"source":"self+appraisal"}]},
  {"code":"2","title":{"vi":"Hai"},"max_points":3,"children":[
   {"code":"2.1","title":{"vi":"Hài lòng"},"max_points":2,"source":"survey","rule":{"type":"survey_share","items":["q1"]}},
   {"code":"2.3","title":{"vi":"Thống kê"},"max_points":1,"source":"statistic","rule":{"type":"proportional"}},
   {"code":"2.2","title":{"vi":"Thưởng"},"max_points":1,"outside":true,"source":"self+appraisal","rule":{"type":"bonus","unit":0.5}}]}]}`

func mustPlan(tb testing.TB) *scoring.Plan {
	tb.Helper()
	f, err := scoring.Parse([]byte(small))
	must(tb, err)
	plan, err := scoring.Compile(f)
	must(tb, err)
	return plan
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

var start = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return start.AddDate(0, 0, n) }

func season(rounds int) *Season {
	return &Season{Code: "ky-2026", Title: phrase.VI("Kỳ 2026", "Season 2026"), Framework: "nho", Version: "1", Period: "2026", Agencies: []string{"01", "79"}, Rounds: rounds,
		Deadlines:  Deadlines{Submit: day(10), Appraise: day(20), Explain: day(30), Review: day(40), Decide: day(50)},
		Appraisers: []Appraiser{{"lan", []string{"1"}}, {"minh", []string{"2", "1.3"}}},
		Board:      Board{Members: []string{"An", "Bình", "Chi"}, Quorum: 2}, State: Open}
}

func num(x float64) *float64 { return &x }

func value(x float64) scoring.LeafInput  { return scoring.LeafInput{Value: &x} }
func points(x float64) scoring.LeafInput { return scoring.LeafInput{Appraised: &x} }
func choice(c string) scoring.LeafInput  { return scoring.LeafInput{Choice: c} }

var documented = []Evidence{{Number: "12/QĐ-UBND", Date: "2026-02-01", Issuer: "UBND", Page: "3"}}

// desk acts on one sheet, as a person who always saw the newest version.
type desk struct {
	tb     testing.TB
	season *Season
	plan   *scoring.Plan
	sheet  *Sheet
	now    time.Time
}

func newDesk(tb testing.TB, rounds int) *desk {
	return &desk{tb, season(rounds), mustPlan(tb), &Sheet{Agency: "01", Stage: Draft}, day(1)}
}

func (d *desk) try(by string, act Act) error {
	_, err := Do(d.season, d.plan, d.sheet, by, d.now, act)
	return err
}

func (d *desk) do(by string, acts ...Act) {
	d.tb.Helper()
	for _, a := range acts {
		if err := d.try(by, a); err != nil {
			d.tb.Fatalf("%T%+v: %v", a, a, err)
		}
	}
}

func (d *desk) seen(leaf string) int64 { return d.sheet.Leaves[leaf].Version }

func (d *desk) fill(leaf string, in scoring.LeafInput) Act {
	return Fill{leaf, d.seen(leaf), Claim{Input: in, Evidence: documented}}
}

// filled is a desk whose sheet is complete and submitted.
func filled(tb testing.TB, rounds int) *desk {
	d := newDesk(tb, rounds)
	d.do("ha", d.fill("1.1", choice("a")), d.fill("1.2", value(90)), d.fill("1.3", points(1.5)), Submit{Head: "Trần Văn A"})
	return d
}

// appraised is a desk where the appraisal is over; 1.1 was adjusted.
func appraised(tb testing.TB, rounds int) *desk {
	d := filled(tb, rounds)
	b := choice("b")
	d.do("lan", Appraise{Leaf: "1.1", Seen: 1, Input: &b, Reason: "ban hành chậm"}, Appraise{Leaf: "1.2", Seen: 1})
	d.do("minh", Appraise{Leaf: "1.3", Seen: 1}, Appraise{Leaf: "2.3", Input: ptr(value(50)), Reason: "Niên giám thống kê"})
	d.do("lan", Advance{})
	return d
}

func TestASeasonRunsFromDraftToFinal(t *testing.T) {
	t.Parallel()
	d := appraised(t, 2)
	d.do("ha", Explain{"1.1", 2, "gửi ngày 30/1", true, nil}, Explain{"1.2", 2, "số liệu đã cập nhật", false, nil}, Advance{Done: true})
	v := value(95)
	d.do("lan", Appraise{Leaf: "1.1", Seen: 3, Input: ptr(choice("b")), Reason: "giữ nguyên"}, Appraise{Leaf: "1.2", Seen: 3, Input: &v, Reason: "đã xem"}, Advance{})
	if d.sheet.Stage != Council {
		t.Fatal(d.sheet.Stage)
	}
	d.do("thuky", Decide{"1.1", 4, choice("a"), map[string]Vote{"An": For, "Bình": For, "Chi": Against}, "có dấu bưu điện"}, Advance{})
	if d.sheet.Stage != Final || d.sheet.Head != "Trần Văn A" {
		t.Fatalf("%+v", d.sheet)
	}
	got := d.sheet.Scores(d.plan)
	// self: option a = 2 of 2; 90 % of 3 = 2.7; 1.5 typed. Final: the council's a, 95 % by the second round, 1.5 accepted.
	want := map[string]scoring.LeafInput{"1.1": {Choice: "a", Self: num(2)}, "1.2": {Value: num(95), Self: num(2.7)}, "1.3": {Appraised: num(1.5), Self: num(1.5)}, "2.3": {Value: num(50)}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("scores %+v", got)
	}
	for code, in := range got {
		must(t, d.plan.CheckInput(code, in))
	}
	// 1.1 2 + 1.2 0.95·3 = 2.85 + 1.3 1.5 + 2.3 50 % of 1; maxima 2 + 3 + 2 + 1.
	if p := d.sheet.Progress(d.plan); p != (Progress{Leaves: 5, Claims: 4, Filled: 3, Appraised: 4, Appealed: 1, Decided: 1, Claimed: 2 + 2.7 + 1.5, Standing: 2 + 2.85 + 1.5 + 0.5, Max: 8}) {
		t.Errorf("%+v", p)
	}
}

func ptr(in scoring.LeafInput) *scoring.LeafInput { return &in }

func TestAProposalThatDoesNotPassLeavesTheAppraisal(t *testing.T) {
	t.Parallel()
	d := appraised(t, 1)
	d.do("ha", Explain{"1.1", 2, "gửi ngày 30/1", true, nil}, Advance{Done: true})
	d.do("thuky", Decide{"1.1", 3, choice("a"), map[string]Vote{"An": For, "Bình": Abstain}, "bỏ phiếu"}, Advance{})
	if got := d.sheet.Scores(d.plan)["1.1"]; got.Choice != "b" || *got.Self != 2 {
		t.Errorf("%+v", got)
	}
}

func TestActsOutOfPlaceAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		desk func(testing.TB, int) *desk
		at   int // day
		by   string
		act  Act
		want error // nil: phrase.Mistakes
	}{
		"points where a rule computes":   {newDesk, 1, "ha", Fill{"1.1", 0, Claim{Input: points(2)}}, nil},
		"a self score beside the input":  {newDesk, 1, "ha", Fill{"1.1", 0, Claim{Input: scoring.LeafInput{Choice: "a", Self: num(1)}}}, nil},
		"points above the maximum":       {newDesk, 1, "ha", Fill{"1.3", 0, Claim{Input: points(2.5)}}, nil},
		"an option that is none":         {newDesk, 1, "ha", Fill{"1.1", 0, Claim{Input: choice("z")}}, nil},
		"not applicable where it is":     {newDesk, 1, "ha", Fill{"1.1", 0, Claim{Input: scoring.LeafInput{NotApplicable: true}}}, nil},
		"a leaf that a survey gives":     {newDesk, 1, "ha", Fill{"2.1", 0, Claim{Input: value(90)}}, scoring.ErrUnknownLeaf},
		"a leaf from statistics":         {newDesk, 1, "ha", Fill{"2.3", 0, Claim{Input: value(90)}}, nil},
		"an area":                        {newDesk, 1, "ha", Fill{"1", 0, Claim{Input: value(90)}}, scoring.ErrUnknownLeaf},
		"a document without a number":    {newDesk, 1, "ha", Fill{"1.1", 0, Claim{Input: choice("a"), Evidence: []Evidence{{Issuer: "UBND"}}}}, nil},
		"a document of no day":           {newDesk, 1, "ha", Fill{"1.1", 0, Claim{Input: choice("a"), Evidence: []Evidence{{Number: "1", Date: "30/2"}}}}, nil},
		"a document of a long issuer":    {newDesk, 1, "ha", Fill{"1.1", 0, Claim{Input: choice("a"), Evidence: []Evidence{{Number: "1", Issuer: strings.Repeat("a", mostWord+1)}}}}, nil},
		"a novel":                        {newDesk, 1, "ha", Fill{"1.1", 0, Claim{Input: choice("a"), Explanation: strings.Repeat("ơ", MostText+1)}}, nil},
		"an old version":                 {newDesk, 1, "ha", Fill{"1.1", 1, Claim{Input: choice("a")}}, ErrConflict},
		"a claim after the deadline":     {newDesk, 10, "ha", Fill{"1.1", 0, Claim{Input: choice("a")}}, ErrLate},
		"a claim after submitting":       {filled, 2, "ha", Fill{"1.1", 1, Claim{Input: choice("b")}}, ErrStage},
		"submitting what is incomplete":  {newDesk, 1, "ha", Submit{Head: "A"}, nil},
		"submitting without a head":      {newDesk, 1, "ha", Submit{Head: " "}, ErrReason},
		"submitting late":                {newDesk, 11, "ha", Submit{Head: "A"}, ErrLate},
		"submitting twice":               {filled, 2, "ha", Submit{Head: "A"}, ErrStage},
		"another's criterion":            {filled, 2, "minh", Appraise{Leaf: "1.1", Seen: 1}, ErrNotYours},
		"adjusting without a reason":     {filled, 2, "lan", Appraise{Leaf: "1.1", Seen: 1, Input: ptr(choice("b"))}, ErrReason},
		"adjusting outside the rule":     {filled, 2, "lan", Appraise{Leaf: "1.1", Seen: 1, Input: ptr(points(1)), Reason: "x"}, nil},
		"accepting what nobody claimed":  {filled, 2, "minh", Appraise{Leaf: "2.2"}, nil},
		"appraising late":                {filled, 20, "lan", Appraise{Leaf: "1.1", Seen: 1}, ErrLate},
		"appraising too early":           {newDesk, 1, "lan", Appraise{Leaf: "1.1"}, ErrStage},
		"asking about another's leaf":    {filled, 2, "minh", Ask{"1.1", 1, "x"}, ErrNotYours},
		"asking nothing":                 {filled, 2, "lan", Ask{"1.1", 1, " "}, ErrReason},
		"asking at length":               {filled, 2, "lan", Ask{"1.1", 1, strings.Repeat("ơ", MostText+1)}, nil},
		"asking over a newer version":    {filled, 2, "lan", Ask{"1.1", 0, "x"}, ErrConflict},
		"asking too early":               {newDesk, 1, "lan", Ask{"1.1", 0, "x"}, ErrStage},
		"asking too late":                {filled, 20, "lan", Ask{"1.1", 1, "x"}, ErrLate},
		"answering what nobody asked":    {filled, 2, "ha", Answer{Leaf: "1.1", Seen: 1, Question: 1, Text: "x"}, nil},
		"answering with nothing":         {asked, 2, "ha", Answer{Leaf: "1.1", Seen: 2, Question: 1}, ErrReason},
		"answering with no document":     {asked, 2, "ha", Answer{Leaf: "1.1", Seen: 2, Question: 1, Text: "x", Evidence: []Evidence{{}}}, nil},
		"answering with a library":       {asked, 2, "ha", Answer{Leaf: "1.1", Seen: 2, Question: 1, Text: "x", Evidence: slices.Repeat(documented, MostEvidence)}, nil},
		"answering over a newer version": {asked, 2, "ha", Answer{Leaf: "1.1", Seen: 1, Question: 1, Text: "x"}, ErrConflict},
		"answering late":                 {asked, 20, "ha", Answer{Leaf: "1.1", Seen: 2, Question: 1, Text: "x"}, ErrLate},
		"finishing an open appraisal":    {filled, 2, "lan", Advance{}, nil},
		"advancing a draft":              {newDesk, 2, "lan", Advance{}, ErrStage},
		"explaining late":                {appraised, 30, "ha", Explain{"1.1", 2, "x", true, nil}, ErrLate},
		"an appeal without a word":       {appraised, 2, "ha", Explain{"1.1", 2, " ", true, nil}, ErrReason},
		"cutting explanations short":     {appraised, 2, "lan", Advance{}, ErrEarly},
		"deciding before the council":    {appraised, 2, "thuky", Decide{"1.1", 2, choice("a"), nil, "x"}, ErrStage},
		"opening again without a reason": {appraised, 2, "admin", Reopen{Draft, ""}, ErrReason},
		"opening what is still to come":  {appraised, 2, "admin", Reopen{Council, "x"}, ErrStage},
		"opening no stage":               {appraised, 2, "admin", Reopen{"x", "x"}, ErrStage},
		"a second round that is none":    {appraised, 2, "admin", Reopen{Review, "x"}, ErrStage},
		"deciding without a quorum":      {atCouncil, 2, "thuky", Decide{"1.1", 3, choice("a"), map[string]Vote{"An": For}, "x"}, ErrQuorum},
		"a vote from outside":            {atCouncil, 2, "thuky", Decide{"1.1", 3, choice("a"), map[string]Vote{"An": For, "Zoe": For}, "x"}, nil},
		"a vote that is none":            {atCouncil, 2, "thuky", Decide{"1.1", 3, choice("a"), map[string]Vote{"An": For, "Bình": "perhaps"}, "x"}, nil},
		"deciding what nobody appealed":  {atCouncil, 2, "thuky", Decide{"1.2", 2, value(1), map[string]Vote{"An": For, "Bình": For}, "x"}, nil},
		"leaving appeals undecided":      {atCouncil, 2, "thuky", Advance{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := c.desk(t, 1)
			d.now = day(c.at)
			stage := d.sheet.Stage
			err := d.try(c.by, c.act)
			var refused phrase.Mistakes
			if c.want != nil && !errors.Is(err, c.want) || c.want == nil && !errors.As(err, &refused) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if d.sheet.Stage != stage {
				t.Errorf("it went on to %s", d.sheet.Stage)
			}
		})
	}
}

func atCouncil(tb testing.TB, rounds int) *desk {
	d := appraised(tb, rounds)
	d.do("ha", Explain{"1.1", 2, "gửi ngày 30/1", true, nil}, Advance{Done: true})
	return d
}

func TestWithoutEvidenceAnExplanationIsNeeded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim Claim
		ok    bool
	}{
		{Claim{Evidence: documented}, true},
		{Claim{}, false},
		{Claim{Explanation: " "}, false},
		{Claim{Explanation: "chưa ban hành"}, true},
		{Claim{Evidence: documented, Partial: true}, false},
		{Claim{Evidence: documented, Partial: true, Explanation: "còn thiếu phụ lục"}, true},
	} {
		d := newDesk(t, 1)
		c.claim.Input = choice("a")
		d.do("ha", Fill{"1.1", 0, c.claim}, d.fill("1.2", scoring.LeafInput{NotApplicable: true}), d.fill("1.3", points(0)))
		err := d.try("ha", Submit{Head: "A"})
		var lacks *Incomplete
		if (err == nil) != c.ok || err != nil && (!errors.As(err, &lacks) || len(lacks.Missing) != 1 || lacks.Missing[0].Path != "1.1") {
			t.Errorf("%+v: %v", c.claim, err)
		}
	}
}

func TestAChangedClaimLosesWhatWasSaidOfTheOldOne(t *testing.T) {
	t.Parallel()
	d := atCouncil(t, 2)
	d.do("admin", Reopen{Draft, "nhập nhầm mục 1.1"})
	if d.sheet.Reason == "" || d.sheet.Leaves["1.1"].Appraisal == nil {
		t.Error("what was entered is gone")
	}
	d.do("ha", d.fill("1.1", choice("b")), Submit{Head: "B"})
	if l := d.sheet.Leaves["1.1"]; l.Appraisal != nil || l.Appeal != nil || l.Version != 4 {
		t.Errorf("%+v", l)
	}
	var lacks *Incomplete
	if err := d.try("lan", Advance{}); !errors.As(err, &lacks) || len(lacks.Missing) != 1 || lacks.Missing[0].Path != "1.1" {
		t.Errorf("the new claim needs no appraisal: %v", err)
	}
}

func TestASeasonThatIsNotOpenTakesNothing(t *testing.T) {
	t.Parallel()
	for _, state := range []State{Planned, Closed} {
		d := newDesk(t, 1)
		d.season.State = state
		if err := d.try("ha", d.fill("1.1", choice("a"))); !errors.Is(err, ErrState) {
			t.Errorf("%s: %v", state, err)
		}
	}
}

func TestASeasonIsChecked(t *testing.T) {
	t.Parallel()
	plan := mustPlan(t)
	if m := season(2).Check(plan); len(m) > 0 {
		t.Fatal(m)
	}
	for path, spoil := range map[string]func(*Season){
		"$.code":              func(s *Season) { s.Code = "Kỳ" },
		"$.title.vi":          func(s *Season) { s.Title = nil },
		"$.rounds":            func(s *Season) { s.Rounds = 3 },
		"$.agencies":          func(s *Season) { s.Agencies = []string{"01", "01"} },
		"$.deadlines.explain": func(s *Season) { s.Deadlines.Explain = day(5) },
		"$.deadlines.review":  func(s *Season) { s.Deadlines.Review = time.Time{} },
		"$.appraisers":        func(s *Season) { s.Appraisers[0].Nodes = []string{"9"} },
		"$.council.quorum":    func(s *Season) { s.Board.Quorum = 4 },
		"$.council.members":   func(s *Season) { s.Board.Members[0] = "Chi" },
	} {
		s := season(2)
		spoil(s)
		if m := s.Check(plan); len(m) != 1 || m[0].Path != path {
			t.Errorf("%s: %v", path, m)
		}
	}
}

// Whatever people try in whatever order: claims change in drafts before their deadline only, appraisals only while appraising,
// decisions only in the council; a leaf that changed has a new version and no other has; points stay within the rule.
func TestNothingChangesAfterItsStageCloses(t *testing.T) {
	t.Parallel()
	plan := mustPlan(t)
	leaves := []string{"1.1", "1.2", "1.3", "2.1", "2.2", "2.3"}
	rapid.Check(t, func(r *rapid.T) {
		d := rapid.SampledFrom([]func(testing.TB, int) *desk{newDesk, filled, appraised, atCouncil}).Draw(r, "from")(t, rapid.IntRange(1, 2).Draw(r, "rounds"))
		s, sheet, now := d.season, d.sheet, d.now
		for range rapid.IntRange(1, 60).Draw(r, "acts") {
			now = now.Add(time.Duration(rapid.IntRange(0, 30).Draw(r, "hours")) * time.Hour)
			leaf := rapid.SampledFrom(leaves).Draw(r, "leaf")
			seen := sheet.Leaves[leaf].Version - int64(rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(r, "behind"))
			act := drawAct(r, leaf, seen)
			before := Sheet{Stage: sheet.Stage, Leaves: maps.Clone(sheet.Leaves)}
			due := s.Due(sheet.Stage)
			next := &Sheet{Agency: "01", Stage: sheet.Stage, Head: sheet.Head, Leaves: maps.Clone(sheet.Leaves)}
			changed, err := Do(s, plan, next, rapid.SampledFrom([]string{"lan", "minh"}).Draw(r, "by"), now, act)
			if err != nil {
				continue
			}
			sheet = next
			if len(changed) > 0 && !now.Before(due) {
				r.Fatalf("%T took effect at %s, due %s", act, now, due)
			}
			for _, code := range leaves {
				was, is := before.Leaves[code], sheet.Leaves[code]
				if (was.Version != is.Version) != slices.Contains(changed, code) || was.Version == is.Version && !reflect.DeepEqual(was, is) {
					r.Fatalf("%s: version %d → %d, changed %v", code, was.Version, is.Version, changed)
				}
				if !reflect.DeepEqual(was.Claim, is.Claim) && before.Stage != Draft {
					r.Fatalf("a claim changed at %s", before.Stage)
				}
				if !reflect.DeepEqual(was.Questions, is.Questions) && before.Stage != Submitted && before.Stage != Review {
					r.Fatalf("a question or its answer changed at %s", before.Stage)
				}
				if !reflect.DeepEqual(was.Decision, is.Decision) && is.Decision != nil && before.Stage != Council {
					r.Fatalf("a decision was made at %s", before.Stage)
				}
				if !reflect.DeepEqual(was.Appraisal, is.Appraisal) && is.Appraisal != nil && before.Stage != Submitted && before.Stage != Review && before.Stage != Appraised {
					r.Fatalf("an appraisal changed at %s", before.Stage)
				}
			}
			for code, in := range sheet.Scores(plan) {
				if err := plan.CheckInput(code, in); err != nil {
					r.Fatal(err)
				}
			}
			if p := sheet.Progress(plan); p.Standing > p.Max+1 || p.Claimed > p.Max+1 { // 1 = the bonus outside
				r.Fatalf("%+v", p)
			}
		}
	})
}

// drawAct makes up an act, more often one that may succeed.
func drawAct(r *rapid.T, leaf string, seen int64) Act {
	in := map[string]scoring.LeafInput{"1.1": choice(rapid.SampledFrom([]string{"a", "b", "z"}).Draw(r, "option")), "1.2": value(rapid.Float64Range(-5, 105).Draw(r, "percent")),
		"1.3": points(rapid.Float64Range(0, 2.2).Draw(r, "points")), "2.1": value(1), "2.3": value(40), "2.2": value(float64(rapid.IntRange(0, 4).Draw(r, "cases")))}[leaf]
	text := rapid.SampledFrom([]string{"", "vì", "vì"}).Draw(r, "text")
	switch rapid.IntRange(0, 11).Draw(r, "act") {
	case 0, 1, 2:
		return Fill{leaf, seen, Claim{Input: in, Evidence: documented}}
	case 3:
		return Submit{Head: "A"}
	case 4:
		return Appraise{Leaf: leaf, Seen: seen}
	case 5:
		return Appraise{Leaf: leaf, Seen: seen, Input: &in, Reason: text}
	case 6:
		return Explain{leaf, seen, text, rapid.Bool().Draw(r, "appeal"), nil}
	case 7:
		return Decide{leaf, seen, in, map[string]Vote{"An": For, "Chi": rapid.SampledFrom([]Vote{For, Against}).Draw(r, "vote")}, text}
	case 10:
		return Ask{leaf, seen, text}
	case 11:
		return Answer{Leaf: leaf, Seen: seen, Question: rapid.IntRange(0, 2).Draw(r, "question"), Text: text, Evidence: documented}
	case 8:
		return Reopen{rapid.SampledFrom(Stages).Draw(r, "to"), text}
	}
	return Advance{Done: rapid.Bool().Draw(r, "done")}
}

// A sheet that was opened again keeps what was said of claims that are sent again as they were, whoever sends them.
func TestAnUnchangedClaimKeepsWhatWasSaidOfIt(t *testing.T) {
	t.Parallel()
	d := atCouncil(t, 2)
	d.do("admin", Reopen{Draft, "bổ sung mục 1.3"})
	was := d.sheet.Leaves["1.1"]
	d.do("binh", d.fill("1.1", choice("a")))
	if got := d.sheet.Leaves["1.1"]; !reflect.DeepEqual(got, was) || got.Appraisal == nil {
		t.Errorf("%+v, was %+v", got, was)
	}
	file := Evidence{Number: documented[0].Number, Date: documented[0].Date, Issuer: documented[0].Issuer, Page: documented[0].Page, File: &File{Digest: "d"}}
	d.do("binh", Fill{"1.1", d.seen("1.1"), Claim{Input: choice("a"), Evidence: []Evidence{file}}})
	if got := d.sheet.Leaves["1.1"]; got.Appraisal != nil || got.Version == was.Version {
		t.Errorf("the document has a file now: %+v", got)
	}
}

func TestInASeasonOfOneRoundTheCouncilHearsExplanations(t *testing.T) {
	t.Parallel()
	for _, rounds := range []int{1, 2} {
		d := appraised(t, rounds)
		d.do("ha", Explain{"1.1", 2, "gửi ngày 30/1", false, nil}, Advance{Done: true})
		if rounds == 2 {
			d.do("lan", Appraise{Leaf: "1.1", Seen: 3, Input: ptr(choice("b")), Reason: "giữ nguyên"}, Advance{})
		}
		err := d.try("thuky", Decide{"1.1", d.seen("1.1"), choice("a"), map[string]Vote{"An": For, "Bình": For}, "có dấu bưu điện"})
		if heard := err == nil; heard != (rounds == 1) {
			t.Errorf("%d rounds: %v", rounds, err)
		}
		d.do("thuky", Advance{}) // an explanation needs no vote
	}
}

// Nobody could do anything in a stage whose deadline is over: sheets do not come there, neither by going on late nor by being opened again.
func TestASheetComesToNoStageWhoseDeadlineIsOver(t *testing.T) {
	t.Parallel()
	d := appraised(t, 1)
	d.now = day(15)
	if err := d.try("admin", Reopen{Draft, "nhập nhầm"}); !errors.Is(err, ErrLate) || d.sheet.Stage != Appraised {
		t.Errorf("opened for a stage that is over: %v", err)
	}
	d.season.Deadlines.Submit = day(16)
	d.do("admin", Reopen{Draft, "nhập nhầm"})
	d = filled(t, 1)
	b := choice("b")
	d.do("lan", Appraise{Leaf: "1.1", Seen: 1, Input: &b, Reason: "ban hành chậm"}, Appraise{Leaf: "1.2", Seen: 1})
	d.do("minh", Appraise{Leaf: "1.3", Seen: 1}, Appraise{Leaf: "2.3", Input: ptr(value(50)), Reason: "Niên giám thống kê"})
	d.now = day(30)
	if err := d.try("lan", Advance{}); !errors.Is(err, ErrLate) || d.sheet.Stage != Submitted {
		t.Errorf("went on when the time to explain was over: %v", err)
	}
}
