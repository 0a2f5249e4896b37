package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// upward makes results of the agencies above out of those that the files are about. A nil upward does nothing.
type upward struct {
	group  string // ranking group of the agencies above
	pooled bool
	of     map[string]below // by agency
}

// below is what a file says of an agency's place: the agency above it, and what it counts for.
type below struct {
	parent string
	weight float64
}

// upward reads --above.
func (x *indexCmd) upward(f *scoring.Framework) (*upward, error) {
	if x.Above == "" {
		return nil, nil
	}
	kind, how, _ := strings.Cut(x.Above, "=")
	switch {
	case !slices.Contains(scoring.AgencyKinds, kind):
		return nil, withHint(usage("--above: there is no kind of agency %q", kind), "kinds are %s", strings.Join(scoring.AgencyKinds, ", "))
	case how != "mean" && how != "pooled":
		return nil, usage("--above %s: %s=mean or %s=pooled is expected", x.Above, kind, kind)
	case how == "pooled" && x.Scores != "":
		return nil, withHint(usage("--above %s: only answers can be pooled", x.Above), "leave --scores out, or take the mean")
	}
	return &upward{group: f.GroupOf(kind), pooled: how == "pooled", of: map[string]below{}}, nil
}

// has reports whether a file may have a column that says what.
func (u *upward) has(what string) bool {
	return u != nil && (what == "parent" || what == "weight" && !u.pooled)
}

// parentFirst orders what columns hold: the names of agencies above are names of agencies too.
func parentFirst(a, b string) int {
	if (a == "parent") != (b == "parent") {
		return map[bool]int{true: -1, false: 1}[a == "parent"]
	}
	return cmp.Compare(a, b)
}

// note takes in the place of a row's agency. Files may say it once or in every row, but not in two ways.
func (u *upward) note(x sheetRow, found *phrase.Mistakes) {
	if u == nil {
		return
	}
	code, now := x.get("agency"), below{parent: x.get("parent"), weight: 1}
	if cell := x.get("weight"); cell != "" {
		now.weight = u.weight(x, found)
	}
	was, again := u.of[code]
	switch {
	case now.parent == "" && !again:
		found.Add(x.place("parent"), "thiếu cơ quan cấp trên của %q", "the agency above %q is missing", code)
	case now.parent == "":
		return
	case again && was != now:
		found.Add(x.place("parent"), "cơ quan %q có hai cơ quan cấp trên hoặc hai trọng số", "agency %q has two agencies above it or two weights", code)
	}
	u.of[code] = now
}

func (u *upward) weight(x sheetRow, found *phrase.Mistakes) float64 {
	if xs := readings(x.get("weight")); len(xs) == 1 && xs[0] > 0 {
		return xs[0]
	}
	found.Add(x.place("weight"), "trọng số %q phải là một số lớn hơn 0", "weight %q: a number above 0 is expected", x.get("weight"))
	return 1
}

// compute returns the outcome of the units, or of the agencies above them.
func (u *upward) compute(plan *scoring.Plan, units []scoring.Unit) (*scoring.Outcome, error) {
	switch {
	case u == nil:
		return plan.Compute(units)
	case u.pooled:
		return u.pool(plan, units)
	}
	children, err := plan.Compute(units)
	if err != nil {
		return nil, err
	}
	by := map[string][]scoring.Child{}
	for _, x := range units {
		b := u.of[x.Code]
		by[b.parent] = append(by[b.parent], scoring.Child{Unit: x.Code, Weight: b.weight})
	}
	var parents []scoring.Parent
	for _, code := range slices.Sorted(maps.Keys(by)) {
		parents = append(parents, scoring.Parent{Code: code, Group: u.group, Children: by[code]})
	}
	return plan.Above(children, parents)
}

// pool counts all answers below an agency together. The order of the units does not matter: counts are whole numbers.
func (u *upward) pool(plan *scoring.Plan, units []scoring.Unit) (*scoring.Outcome, error) {
	by := map[string][]scoring.Survey{}
	for _, x := range units {
		b := u.of[x.Code]
		by[b.parent] = append(by[b.parent], x.Survey)
	}
	var parents []scoring.Unit
	for _, code := range slices.Sorted(maps.Keys(by)) {
		parents = append(parents, scoring.Unit{Code: code, Group: u.group, Survey: scoring.PoolSurveys(by[code]...)})
	}
	out, err := plan.Compute(parents)
	if err != nil {
		return nil, err
	}
	for i := range out.Results {
		r := &out.Results[i]
		r.Below = &scoring.Below{Of: len(by[r.Unit])}
		for _, s := range by[r.Unit] {
			if s != nil && s.Responses() > 0 {
				r.Below.Counted++
			}
		}
	}
	return out, nil
}
