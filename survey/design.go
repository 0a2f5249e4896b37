package survey

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"thuocdo/scoring/phrase"
)

// ErrUnknownUnit is a sampling unit that is not in the wave's sample, or is drawn for another agency.
var ErrUnknownUnit = errors.New("sampling unit is not in the sample of this agency")

// SamplingUnit (đơn vị mẫu) is a place of the last stage of a sample: people were drawn in it with equal chances, many of them, so
// that its code finds nobody.
type SamplingUnit struct {
	Code     string    `json:"code"`
	Agency   string    `json:"agency"` // that its people are asked about
	Stratum  string    `json:"stratum"`
	Clusters []string  `json:"clusters,omitempty"` // codes of the units drawn by stage, largest first, at most 2; none: people were drawn from the stratum
	Counts   []float64 `json:"counts,omitempty"`   // units in the population by stage, the last of people; none: no correction for finite populations
	Weight   float64   `json:"weight"`             // base weight of a person: 1 / inclusion probability
	Drawn    int       `json:"drawn"`              // people drawn, answering or not
	Class    string    `json:"class,omitempty"`    // of the adjustment for nonresponse; "" = the stratum
}

// KnownTotal is the population that gives one answer, from a census or a register.
type KnownTotal struct {
	Question string  `json:"question"` // code of a question with one answer, or "agency"
	Level    string  `json:"level"`    // code of a choice, or of an agency
	Total    float64 `json:"total"`    // people, above 0
}

// ByAgency stands for the agency in KnownTotal.Question.
const ByAgency = "agency"

// Design is the sampling design (thiết kế mẫu) of a wave: which units were drawn, how, and what the answers of each stand for.
type Design struct {
	Units  []SamplingUnit `json:"units"` // sorted by code
	Totals []KnownTotal   `json:"totals,omitempty"`
	Lonely string         `json:"lonely_psu"` // rule for strata in which one unit answered: adjust, average, certainty or remove
	Reps   int            `json:"replicates"` // of the bootstrap that gives rank intervals, 50 to 2000
	Seed   uint32         `json:"seed"`       // of the bootstrap
}

// Defaults and limits of a design.
const (
	defaultLonely  = "adjust"
	defaultReps    = 200
	leastReps      = 50
	mostReps       = 2000
	maxUnits       = 100_000
	maxClusters    = 2
	mostPopulation = 1e15 // no correction
)

// LonelyRules are the rules for a stratum in which only one unit answered.
var LonelyRules = []string{"adjust", "average", "certainty", "remove"}

// Unit returns the unit with this code.
func (d *Design) Unit(code string) (*SamplingUnit, bool) {
	i, ok := slices.BinarySearchFunc(d.Units, code, func(u SamplingUnit, code string) int { return cmp.Compare(u.Code, code) })
	if !ok {
		return nil, false
	}
	return &d.Units[i], true
}

// Drawn returns how many people were drawn in all.
func (d *Design) Drawn() (n int) {
	for i := range d.Units {
		n += d.Units[i].Drawn
	}
	return n
}

// Fill sorts the units and sets what is not said to the usual.
func (d *Design) Fill() {
	d.Lonely, d.Reps = cmp.Or(d.Lonely, defaultLonely), cmp.Or(d.Reps, defaultReps)
	d.Seed = cmp.Or(d.Seed, 1)
	for i := range d.Units {
		d.Units[i].Class = cmp.Or(d.Units[i].Class, d.Units[i].Stratum)
	}
	slices.SortFunc(d.Units, func(a, b SamplingUnit) int { return cmp.Compare(a.Code, b.Code) })
}

// Check finds what is wrong with a filled design for a wave. The error is phrase.Mistakes; places are units and totals by name.
func (d *Design) Check(w *OpenWave) error {
	var m phrase.Mistakes
	if len(d.Units) == 0 {
		m.Add("units", "mẫu không có đơn vị nào", "the sample has no units")
	}
	if len(d.Units) > maxUnits {
		m.Add("units", "có %d đơn vị, nhiều nhất %d", "there are %d units, at most %d are taken", len(d.Units), maxUnits)
		return m.Err()
	}
	if !slices.Contains(LonelyRules, d.Lonely) {
		m.Add("lonely_psu", "không có quy tắc %q; cần: %s", "there is no rule %q; expected: %s", d.Lonely, strings.Join(LonelyRules, ", "))
	}
	if d.Reps < leastReps || d.Reps > mostReps {
		m.Add("replicates", "cần từ %[2]d đến %[3]d lần lặp, không phải %[1]d", "%[1]d replicates: %[2]d to %[3]d are expected", d.Reps, leastReps, mostReps)
	}
	d.checkUnits(&m, w)
	d.checkNesting(&m)
	d.checkTotals(&m, w)
	return m.Err()
}

func (d *Design) checkUnits(m *phrase.Mistakes, w *OpenWave) {
	stages, counts := 0, 0
	for i := range d.Units {
		u := &d.Units[i]
		if i == 0 {
			stages, counts = len(u.Clusters), len(u.Counts)
		}
		for _, x := range u.faults(w) {
			*m = append(*m, phrase.Mistake{Path: u.place(), Message: x})
		}
		if i > 0 && u.Code == d.Units[i-1].Code {
			m.Add(u.place(), "mã có hai lần", "the code is there twice")
		}
		if len(u.Clusters) != stages || len(u.Counts) != counts {
			m.Add(u.place(), "số giai đoạn khác các đơn vị khác", "it has other stages than the other units")
		}
		if len(*m) > 100 {
			return
		}
	}
}

func (u *SamplingUnit) place() string { return "unit " + u.Code }

// faults says what is wrong with a unit by itself.
func (u *SamplingUnit) faults(w *OpenWave) (list []phrase.Text) {
	add := func(bad bool, vi, en string) {
		if bad {
			list = append(list, phrase.VI(vi, en))
		}
	}
	add(!placeCode.MatchString(u.Code), "mã đơn vị cần 1 đến 40 chữ, số, '.', '_' hoặc '-'", "the code of a unit has 1 to 40 letters, digits, '.', '_' or '-'")
	add(!w.Has(u.Agency), fmt.Sprintf("đợt %s không hỏi về cơ quan “%s”", w.Code, u.Agency), fmt.Sprintf("wave %s does not ask about agency “%s”", w.Code, u.Agency))
	add(u.Stratum == "", "thiếu tầng", "the stratum is missing")
	add(!(u.Weight > 0) || u.Weight > 1e12, "trọng số gốc phải lớn hơn 0", "the base weight must be above 0")
	add(u.Drawn < 1, "số người được chọn phải từ 1", "the number of people drawn must be at least 1")
	add(len(u.Clusters) > maxClusters, "nhiều hơn hai giai đoạn trước người trả lời", "more than two stages before people")
	add(slices.Contains(u.Clusters, ""), "thiếu mã cụm", "the code of a cluster is missing")
	add(len(u.Counts) > len(u.Clusters)+1, "nhiều cột tổng thể hơn số giai đoạn", "more population counts than stages")
	for _, n := range u.Counts {
		add(!(n >= 1) || math.IsInf(n, 0), "số đơn vị trong tổng thể phải từ 1", "the number of units in the population must be at least 1")
	}
	if n := len(u.Counts); n == len(u.Clusters)+1 && n > 0 {
		add(u.Counts[n-1] < float64(u.Drawn) && len(u.Clusters) > 0, "số người được chọn lớn hơn tổng thể của đơn vị", "more people are drawn than the unit has")
	}
	return list
}

// checkNesting wants a cluster to lie in one stratum, with one population count, and no more units drawn than there are.
func (d *Design) checkNesting(m *phrase.Mistakes) {
	home := map[string]string{}
	drawn, count := map[string]map[string]bool{}, map[string]float64{}
	for i := range d.Units {
		u := &d.Units[i]
		if len(u.Clusters) == 0 {
			continue
		}
		first := u.Clusters[0]
		if was, ok := home[first]; ok && was != u.Stratum {
			m.Add(u.place(), "cụm %q có trong hai tầng, %q và %q", "cluster %q is in two strata, %q and %q", first, was, u.Stratum)
		}
		home[first] = u.Stratum
		if len(u.Counts) == 0 {
			continue
		}
		if was, ok := count[u.Stratum]; ok && was != u.Counts[0] {
			m.Add(u.place(), "tầng %q có hai số đơn vị trong tổng thể, %g và %g", "stratum %q has two population counts, %g and %g", u.Stratum, was, u.Counts[0])
		}
		count[u.Stratum] = u.Counts[0]
		if drawn[u.Stratum] == nil {
			drawn[u.Stratum] = map[string]bool{}
		}
		if drawn[u.Stratum][first] = true; float64(len(drawn[u.Stratum])) > u.Counts[0] {
			m.Add(u.place(), "tầng %q có nhiều cụm được chọn hơn tổng thể (%g)", "more clusters are drawn in stratum %q than it has (%g)", u.Stratum, u.Counts[0])
		}
		if len(*m) > 100 {
			return
		}
	}
}

func (d *Design) checkTotals(m *phrase.Mistakes, w *OpenWave) {
	seen := map[[2]string]bool{}
	levels := map[string]int{}
	for i, t := range d.Totals {
		at := fmt.Sprintf("total %d", i+1)
		if !(t.Total > 0) || t.Total > mostPopulation {
			m.Add(at, "tổng thể phải là số lớn hơn 0", "the total must be a number above 0")
		}
		if seen[[2]string{t.Question, t.Level}] {
			m.Add(at, "%s = %s có hai lần", "%s = %s is there twice", t.Question, t.Level)
		}
		seen[[2]string{t.Question, t.Level}] = true
		codes, ok := w.levels(t.Question)
		switch {
		case !ok:
			m.Add(at, "phiếu không có câu hỏi chọn một nào mã %q", "the form has no question %q with one answer", t.Question)
		case !slices.Contains(codes, t.Level):
			m.Add(at, "%s không có mức %q", "%s has no level %q", t.Question, t.Level)
		default:
			levels[t.Question]++
		}
	}
	for question, n := range levels {
		if codes, _ := w.levels(question); n < len(codes) {
			m.Add("total "+question, "cần tổng thể của mọi mức (%d), chỉ có %d", "totals of all levels (%d) are needed, there are %d", len(codes), n)
		}
	}
}

// levels returns the levels of a variable that totals are known of.
func (w *OpenWave) levels(question string) (codes []string, ok bool) {
	if question == ByAgency {
		return w.Agencies, true
	}
	i, ok := w.Form.Index(question)
	if !ok {
		return nil, false
	}
	switch w.Form.Question(i).Type {
	case Single, Rating, YesNo:
		return w.Form.items[i].codes, true
	}
	return nil, false
}
