package survey

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"thuocdo/scoring/phrase"
)

// ErrModeClosed reports a mode of collection that the plan of the wave does not have.
var ErrModeClosed = errors.New("mode of collection is not part of the wave")

// Plan (kế hoạch thu thập) is what a wave sets out to collect, and how. The zero Plan takes answers in every mode and aims
// at nothing.
type Plan struct {
	Modes    []Mode                 `json:"modes,omitempty"`    // in which answers are taken; none = every mode
	Targets  []Target               `json:"targets,omitempty"`  // forms by agency and stratum
	Quotas   []Quota                `json:"quotas,omitempty"`   // valid responses by what they say
	Consents map[string]phrase.Text `json:"consents,omitempty"` // what people agree to, by code of the question that asks for consent
	// Retention is how many months after the wave closes its free texts are erased; nothing and 0 = they stay.
	Retention *int `json:"retention,omitempty"`
}

// Target (chỉ tiêu) is how many forms are to be issued, to come back and to be valid. 0 = nothing is said.
type Target struct {
	Agency   string `json:"agency,omitempty"`  // code; "" = all agencies together
	Stratum  string `json:"stratum,omitempty"` // of the wave's sample; "" = all
	Issued   int    `json:"issued,omitempty"`
	Returned int    `json:"returned,omitempty"`
	Valid    int    `json:"valid,omitempty"`
}

// Limits of a plan.
const (
	maxTargets = 50_000
	maxQuotas  = 1_000
	maxTarget  = 1_000_000_000
	maxConsent = 4_000 // characters
)

// Modes returns every mode, those of people on their own first.
func Modes() []Mode { return []Mode{Web, Kiosk, Enumerator, Paper, API} }

// Takes reports whether answers are taken in a mode.
func (p Plan) Takes(m Mode) bool { return len(p.Modes) == 0 || slices.Contains(p.Modes, m) }

// Over returns p with what it does not say at all taken from old: a plan that leaves a part out keeps it, one with an empty
// part ends it.
func (p Plan) Over(old Plan) Plan {
	if p.Modes == nil {
		p.Modes = old.Modes
	}
	if p.Targets == nil {
		p.Targets = old.Targets
	}
	if p.Quotas == nil {
		p.Quotas = old.Quotas
	}
	if p.Consents == nil {
		p.Consents = old.Consents
	}
	if p.Retention == nil {
		p.Retention = old.Retention
	}
	return p
}

// Check finds what is wrong with the plan of a wave whose form and agencies are known, by JSON path.
func (p *Plan) Check(w *Wave, f *Form) (m phrase.Mistakes) {
	seen := map[Mode]bool{}
	for i, mode := range p.Modes {
		switch {
		case !mode.Valid():
			m.Add(fmt.Sprintf("$.modes[%d]", i), "không có hình thức %q; có: %s", "there is no mode %q; there are: %s", string(mode), joinNames(Modes()))
		case seen[mode]:
			m.Add(fmt.Sprintf("$.modes[%d]", i), "hình thức %q có hai lần", "mode %q is there twice", string(mode))
		}
		seen[mode] = true
	}
	p.checkTargets(&m, w)
	p.checkQuotas(&m, w, f)
	p.checkConsents(&m, f)
	p.checkRetention(&m, f)
	return m
}

func (p *Plan) checkTargets(m *phrase.Mistakes, w *Wave) {
	if len(p.Targets) > maxTargets {
		m.Add("$.targets", "có %d chỉ tiêu, nhiều nhất %d", "there are %d targets, at most %d are taken", len(p.Targets), maxTargets)
		return
	}
	strata, first := w.strata(), map[[2]string]int{}
	for i, t := range p.Targets {
		path, n := fmt.Sprintf("$.targets[%d]", i), i+1
		if j, twice := first[[2]string{t.Agency, t.Stratum}]; twice {
			m.Add(path, "chỉ tiêu %d trùng với chỉ tiêu %d", "target %d is for the same as target %d", n, j)
		}
		first[[2]string{t.Agency, t.Stratum}] = n
		if t.Agency != "" && !hasSorted(w.Agencies, t.Agency) {
			m.Add(path+".agency", "chỉ tiêu %d: đợt khảo sát không hỏi về cơ quan %q", "target %d: the wave does not ask about agency %q", n, t.Agency)
		}
		if t.Stratum != "" && strata != nil && !strata[t.Stratum] {
			m.Add(path+".stratum", "chỉ tiêu %d: mẫu không có tầng %q", "target %d: the sample has no stratum %q", n, t.Stratum)
		}
		switch {
		case min(t.Issued, t.Returned, t.Valid) < 0 || max(t.Issued, t.Returned, t.Valid) > maxTarget:
			m.Add(path, "chỉ tiêu %d: cần các số từ 0 đến %d", "target %d: numbers from 0 to %d are expected", n, maxTarget)
		case t.Issued+t.Returned+t.Valid == 0:
			m.Add(path, "chỉ tiêu %d không có số nào", "target %d has no number", n)
		case t.Issued > 0 && max(t.Returned, t.Valid) > t.Issued, t.Returned > 0 && t.Valid > t.Returned:
			m.Add(path, "chỉ tiêu %d: số phiếu hợp lệ không thể nhiều hơn số thu về, số thu về không thể nhiều hơn số phát ra", "target %d: no more can be valid than come back, or come back than are issued", n)
		}
		if len(*m) > 50 {
			return
		}
	}
}

// strata are the strata of the sample; nil where there is none.
func (w *Wave) strata() map[string]bool {
	if w.Design == nil {
		return nil
	}
	list := map[string]bool{}
	for i := range w.Design.Units {
		list[w.Design.Units[i].Stratum] = true
	}
	return list
}

func (p *Plan) checkConsents(m *phrase.Mistakes, f *Form) {
	for _, code := range slices.Sorted(maps.Keys(p.Consents)) {
		text, path := p.Consents[code], "$.consents."+code
		if i, ok := f.Index(code); !ok || !f.Consenting(i) {
			m.Add(path, "phiếu không có câu xin đồng ý %q; có: %s", "the questionnaire has no question %q that asks for consent; there are: %s", code, some(f.consentCodes()))
			continue
		}
		if len(text) > 0 && strings.TrimSpace(text["vi"]) == "" {
			m.Add(path+".vi", "cần lời tiếng Việt, không được để trống", "expected a Vietnamese wording, not empty")
		}
		for lang, words := range text {
			if len([]rune(words)) > maxConsent {
				m.Add(path+"."+lang, "dài hơn %d ký tự", "longer than %d characters", maxConsent)
			}
			if pipes(phrase.Text{lang: words}) {
				m.Add(path+"."+lang, "lời của đợt khảo sát không lấy được câu trả lời ${…}", "the text of a wave cannot show answers ${…}")
			}
		}
	}
}
