package scoring

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"thuocdo/scoring/phrase"
)

// LeafInput is what is known of one leaf of one unit. Only Appraised and survey or index values become points;
// Self is kept for comparison. A leaf about which nothing is known is missing, never zero.
//
// Appraised points, where given, are the points; otherwise the rule makes points of Value, Choice or Counts. A Value
// typed into a survey or index leaf is a percent and stands in for the survey or the other index.
type LeafInput struct {
	Self          *float64           `json:"self,omitempty"`
	Appraised     *float64           `json:"appraised,omitempty"` // points as decided by the appraisers
	Value         *float64           `json:"value,omitempty"`     // input of the rule: percent, count, ratio, index
	Choice        string             `json:"choice,omitempty"`    // input of choice, yes_no, rated_share
	Counts        map[string]float64 `json:"counts,omitempty"`    // input of deduct by severity: cases by severity code; no cases is a 0, an empty map is nothing known
	NotApplicable bool               `json:"not_applicable,omitempty"`
}

// maxFaults bounds how many refused inputs are listed.
const maxFaults = 1000

// faults collects refused inputs.
type faults struct {
	list phrase.Mistakes
	more int
}

func (f *faults) add(path, vi, en string, args ...any) {
	if len(f.list) < maxFaults {
		f.list.Add(path, vi, en, args...)
		return
	}
	f.more++
}

func (f *faults) refusal() error {
	if len(f.list) == 0 {
		return nil
	}
	if f.more > 0 {
		f.list.Add("…", "và %d lỗi nữa", "and %d more", f.more)
	}
	return fmt.Errorf("%w:\n%w", ErrInputs, f.list)
}

// CheckInput says all that is wrong with an input of the leaf with this code: points outside the bounds, also of the self
// score, or an input that its rule does not take. It returns nil or phrase.Mistakes, or ErrUnknownLeaf.
func (p *Plan) CheckInput(code string, in LeafInput) error {
	i, ok := p.leaf[code]
	if !ok {
		return fmt.Errorf("%q: %w", code, ErrUnknownLeaf)
	}
	var f faults
	l := &p.leaves[i]
	for _, x := range in.parts() {
		if _, v := l.eval(&x); v != good {
			f.explain(code, code, l, &x, v)
		}
	}
	return f.list.Err()
}

// Points returns what an input of the leaf with this code is worth, as Compute would count it. It fails with ErrUnknownLeaf, or with
// phrase.Mistakes where the leaf does not take the input or nothing is entered.
func (p *Plan) Points(code string, in LeafInput) (float64, error) {
	if err := p.CheckInput(code, in); err != nil {
		return 0, err
	}
	points, v := p.leaves[p.leaf[code]].eval(&in)
	if v == good {
		return points, nil
	}
	var f faults
	f.add(code, "mục %q chưa có số liệu", "nothing is entered for %q", code)
	return 0, f.list
}

// parts returns the inputs one by one, each as eval would see it if the others were not there.
func (in LeafInput) parts() (parts []LeafInput) {
	if in.NotApplicable {
		parts = append(parts, LeafInput{NotApplicable: true})
	}
	if in.Self != nil {
		parts = append(parts, LeafInput{Appraised: in.Self})
	}
	if in.Appraised != nil {
		parts = append(parts, LeafInput{Appraised: in.Appraised})
	}
	if in.Value != nil {
		parts = append(parts, LeafInput{Value: in.Value})
	}
	if in.Choice != "" {
		parts = append(parts, LeafInput{Choice: in.Choice})
	}
	if len(in.Counts) > 0 {
		parts = append(parts, LeafInput{Counts: in.Counts})
	}
	return parts
}

func (r *run) refuse(n *PlanNode, l *leaf, in *LeafInput, v verdict) {
	r.explain(fmt.Sprintf("%s › %s", r.unit.Code, n.Code), n.Code, l, in, v)
}

// explain says why an input of a leaf is refused and what was expected.
func (f *faults) explain(path, code string, l *leaf, in *LeafInput, v verdict) {
	switch v {
	case outOfScale:
		f.add(path, "%s điểm nằm ngoài khoảng từ %s đến %s của mục %q", "%s points lie outside %s to %s, the bounds of %q",
			number(*in.Appraised), number(l.min), number(l.max), code)
	case notFinite:
		f.add(path, "giá trị của mục %q phải là số hữu hạn", "the value of %q must be a finite number", code)
	case notPercent:
		f.add(path, "giá trị %s của mục %q phải là phần trăm từ 0 đến 100", "the value %s of %q must be a percent of 0 to 100", number(*in.Value), code)
	case notCount:
		f.add(path, "mục %q cần số lần: số nguyên không âm", "%q takes a number of cases: a whole number, not negative", code)
	case inNoStep:
		f.add(path, "giá trị %s của mục %q không thuộc bậc nào của quy tắc", "the value %s of %q lies in no step of its rule", number(*in.Value), code)
	case unknownOption:
		f.add(path, "mục %q không có phương án %q; các phương án: %s", "%q has no option %q; its options are: %s",
			code, in.Choice, strings.Join(slices.Sorted(maps.Keys(l.options)), ", "))
	case unknownCase:
		f.add(path, "mục %q có mức độ không biết; các mức độ: %s", "%q is given an unknown severity; its severities are: %s", code, strings.Join(l.severities(), ", "))
	case alwaysApplies:
		f.add(path, "mục %q luôn áp dụng: bộ chỉ số không cho phép ghi \"không áp dụng\"", "%q always applies: the framework does not allow \"not applicable\"", code)
	case wrongKind:
		vi, en := l.takes()
		*f = f.with(path, phrase.VI(fmt.Sprintf("mục %q nhận %s", code, vi), fmt.Sprintf("%q takes %s", code, en)))
	}
}

func (f faults) with(path string, text phrase.Text) faults {
	if len(f.list) < maxFaults {
		f.list = append(f.list, phrase.Mistake{Path: path, Message: text})
	} else {
		f.more++
	}
	return f
}

func (l *leaf) severities() (codes []string) {
	for _, s := range l.severity {
		codes = append(codes, s.Code)
	}
	return codes
}

// takes names the input of a leaf beside appraised points.
func (l *leaf) takes() (vi, en string) {
	switch {
	case l.rule == byChoice:
		return "một phương án (choice) hoặc điểm thẩm định", "a choice or appraised points"
	case l.severity != nil:
		return "số trường hợp theo mức độ (counts) hoặc điểm thẩm định", "counts by severity or appraised points"
	case l.rule == typed:
		return "điểm thẩm định (không có quy tắc)", "appraised points (it has no rule)"
	}
	return "một giá trị số (value) hoặc điểm thẩm định", "a numeric value or appraised points"
}
