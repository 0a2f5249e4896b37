package assess

import (
	"regexp"
	"slices"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// State is how far a season is.
type State string

// States of a season.
const (
	Planned State = "planned"
	Open    State = "open"
	Closed  State = "closed" // its final scores are those of the index
)

// Season is one assessment: a framework version for a period, the agencies that score themselves, and until when.
type Season struct {
	Code       string      `json:"code"`
	Title      phrase.Text `json:"title"`
	Framework  string      `json:"framework"`
	Version    string      `json:"version"`
	Period     string      `json:"period"`
	Agencies   []string    `json:"agencies"`
	Rounds     int         `json:"rounds"` // of appraisal: 1, or 2 with a second look at what was explained
	Deadlines  Deadlines   `json:"deadlines"`
	Remind     []int       `json:"remind,omitzero"`      // days before a deadline; nil: RemindDays says, empty: nobody is reminded
	Appraisers []Appraiser `json:"appraisers,omitempty"` // none: every appraiser appraises everything
	Board      Board       `json:"council"`
	State      State       `json:"state,omitempty"`
}

// Deadlines are the moments from which a stage takes no more changes.
type Deadlines struct {
	Submit   time.Time `json:"submit"`
	Appraise time.Time `json:"appraise"`
	Explain  time.Time `json:"explain"`
	Review   time.Time `json:"review,omitzero"` // with two rounds
	Decide   time.Time `json:"decide"`
}

// Appraiser is somebody who appraises some nodes of the framework, with all below them, for every agency.
type Appraiser struct {
	Login string   `json:"login"`
	Nodes []string `json:"nodes"`
}

// Board is the council: its members by name, and how many must vote.
type Board struct {
	Members []string `json:"members"`
	Quorum  int      `json:"quorum"`
}

// of returns the deadline of a stage.
func (d Deadlines) of(s Stage) time.Time {
	return map[Stage]time.Time{Draft: d.Submit, Submitted: d.Appraise, Appraised: d.Explain, Review: d.Review, Council: d.Decide}[s]
}

// Due returns until when a stage can be worked on; zero for Final.
func (s *Season) Due(stage Stage) time.Time { return s.Deadlines.of(stage) }

// after returns the stage that follows.
func (s *Season) after(stage Stage) Stage {
	next := Stages[stage.place()+1]
	if next == Review && s.Rounds < 2 {
		return Council
	}
	return next
}

// Stages returns those of the season that have a deadline, in their order.
func (s *Season) Stages() []Stage {
	return slices.DeleteFunc(slices.Clone(Stages[:len(Stages)-1]), func(x Stage) bool { return x == Review && s.Rounds < 2 })
}

// Hears reports whether the council can decide about a leaf: where the agency appealed, and in seasons of one round also where it explained,
// as nobody else looks at it again.
func (s *Season) Hears(l Leaf) bool { return l.Appeal != nil && (l.Appeal.Appeal || s.Rounds < 2) }

var seasonCode = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

// Check finds all that is wrong with a season for a framework.
func (s *Season) Check(plan *scoring.Plan) (m phrase.Mistakes) {
	if !seasonCode.MatchString(s.Code) {
		m.Add("$.code", "mã %q không hợp lệ: cần 1–64 chữ thường không dấu, chữ số hoặc gạch nối", "code %q is not valid: expected 1–64 lower-case letters, digits or hyphens", s.Code)
	}
	if s.Title["vi"] == "" {
		m.Add("$.title.vi", "thiếu tên tiếng Việt", "the Vietnamese title is missing")
	}
	if s.Rounds != 1 && s.Rounds != 2 {
		m.Add("$.rounds", "cần 1 hoặc 2 vòng thẩm định", "1 or 2 rounds are expected")
	}
	if len(s.Agencies) == 0 {
		m.Add("$.agencies", "cần ít nhất một cơ quan", "at least one agency is needed")
	}
	unique(&m, "$.agencies", s.Agencies)
	s.checkDeadlines(&m)
	s.checkRemind(&m)
	for _, a := range s.Appraisers {
		for _, n := range a.Nodes {
			if _, ok := plan.Node(n); !ok {
				m.Add("$.appraisers", "bộ chỉ số không có mục %q", "the framework has no node %q", n)
			}
		}
	}
	if s.Board.Quorum < 1 || s.Board.Quorum > len(s.Board.Members) {
		m.Add("$.council.quorum", "số thành viên tối thiểu phải từ 1 đến %d", "the quorum must be 1 to %d", len(s.Board.Members))
	}
	unique(&m, "$.council.members", s.Board.Members)
	return m
}

// deadlinePath is where the deadline of a stage stands in a file.
var deadlinePath = map[Stage]string{Draft: "$.deadlines.submit", Submitted: "$.deadlines.appraise", Appraised: "$.deadlines.explain", Review: "$.deadlines.review", Council: "$.deadlines.decide"}

// checkDeadlines wants every stage to end after the one before.
func (s *Season) checkDeadlines(m *phrase.Mistakes) {
	var before time.Time
	for _, stage := range s.Stages() {
		switch at := s.Due(stage); {
		case at.IsZero():
			m.Add(deadlinePath[stage], "thiếu thời hạn", "the deadline is missing")
		case !at.After(before):
			m.Add(deadlinePath[stage], "phải sau thời hạn của bước trước", "it must be after the deadline of the stage before")
		default:
			before = at
		}
	}
}

func unique(m *phrase.Mistakes, path string, list []string) {
	seen := map[string]bool{}
	for _, x := range list {
		if seen[x] || x == "" {
			m.Add(path, "%q trống hoặc ghi hai lần", "%q is empty or there twice", x)
		}
		seen[x] = true
	}
}

// TakesPart reports whether somebody appraises anything in the season.
func (s *Season) TakesPart(login string) bool {
	return len(s.Appraisers) == 0 || slices.ContainsFunc(s.Appraisers, func(a Appraiser) bool { return a.Login == login })
}

// Appraises reports whether the leaf is in the charge of an account.
func (s *Season) Appraises(plan *scoring.Plan, login, leaf string) bool {
	if len(s.Appraisers) == 0 {
		return true
	}
	at, _ := plan.Node(leaf)
	nodes := plan.Nodes()
	for _, a := range s.Appraisers {
		if a.Login != login {
			continue
		}
		for _, code := range a.Nodes {
			if i, ok := plan.Node(code); ok && i <= at && at < nodes[i].End {
				return true
			}
		}
	}
	return false
}
