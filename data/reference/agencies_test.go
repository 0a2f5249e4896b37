package reference

import (
	"regexp"
	"strings"
	"testing"

	"thuocdo/survey"
)

func mustAgencies(tb testing.TB) ([]survey.Agency, []survey.Succession) {
	tb.Helper()
	a, s, err := Agencies()
	if err != nil {
		tb.Fatal(err)
	}
	return a, s
}

func mustDay(tb testing.TB, s string) survey.Day {
	tb.Helper()
	d, err := survey.ParseDay(s)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// The counts are those of the reorganisation: 63 provinces until 30 June 2025, 34 since, of which 23 merged and 11 kept.
func TestProvincesAreCountedRight(t *testing.T) {
	t.Parallel()
	all, _ := mustAgencies(t)
	for day, want := range map[string]int{"2025-06-30": 63, "2025-07-01": 34, "2011-12-31": 63, "2026-04-30": 34} {
		n := 0
		for _, a := range all {
			if a.ValidOn(mustDay(t, day)) {
				n++
			}
		}
		if n != want {
			t.Errorf("%s: %d provinces, want %d", day, n, want)
		}
	}
	kept, merged := 0, 0
	for _, a := range all {
		switch {
		case a.ValidFrom == 0 && a.ValidTo == 0:
			kept++
		case a.ValidFrom == mustDay(t, "2025-07-01") && a.ValidTo == 0:
			merged++
		case a.ValidTo != mustDay(t, "2025-06-30") || a.ValidFrom != 0:
			t.Errorf("%s: valid from %s to %s", a.Code, a.ValidFrom, a.ValidTo)
		}
	}
	if kept != 11 || merged != 23 || len(all) != 86 {
		t.Errorf("%d kept, %d merged, %d in all; want 11, 23, 86", kept, merged, len(all))
	}
}

func TestAgencyCodesAreUniqueAndTellOldFromNew(t *testing.T) {
	t.Parallel()
	all, _ := mustAgencies(t)
	current, former := regexp.MustCompile(`^\d\d$`), regexp.MustCompile(`^t63(-[a-z]+)+$`)
	seen := map[string]bool{}
	for _, a := range all {
		if seen[a.Code] {
			t.Errorf("%s: used twice", a.Code)
		}
		seen[a.Code] = true
		if a.ValidTo == 0 != current.MatchString(a.Code) || a.ValidTo != 0 != former.MatchString(a.Code) {
			t.Errorf("%s: the code does not fit the last day %s", a.Code, a.ValidTo)
		}
		if a.Kind != survey.Province || a.Parent != "" {
			t.Errorf("%s: kind %s, parent %s", a.Code, a.Kind, a.Parent)
		}
		if a.ValidTo == 0 && a.Form != "province" && a.Form != "centrally-run city" {
			t.Errorf("%s: form %q", a.Code, a.Form)
		}
	}
}

func TestEveryOldProvinceGoesIntoOneNewOne(t *testing.T) {
	t.Parallel()
	all, edges := mustAgencies(t)
	byCode := map[string]survey.Agency{}
	for _, a := range all {
		byCode[a.Code] = a
	}
	from, into := map[string]int{}, map[string]int{}
	for _, e := range edges {
		old, ok := byCode[e.From]
		now, ok2 := byCode[e.To]
		if !ok || !ok2 || old.ValidTo != e.Day-1 || now.ValidFrom != e.Day || e.Kind != "merged" {
			t.Errorf("edge %s to %s on %s (%s) does not join two provinces", e.From, e.To, e.Day, e.Kind)
		}
		from[e.From]++
		into[e.To]++
	}
	if len(from) != 52 || len(edges) != 52 || len(into) != 23 {
		t.Errorf("%d edges from %d provinces into %d, want 52, 52, 23", len(edges), len(from), len(into))
	}
	for code, n := range into {
		if n < 2 || n > 3 {
			t.Errorf("%s was formed from %d provinces, want 2 or 3", code, n)
		}
	}
}

// Every merged province kept the name of one of those it was formed from, however the tone mark is placed.
func TestMergedProvincesKeepAnOldName(t *testing.T) {
	t.Parallel()
	all, edges := mustAgencies(t)
	name := map[string]string{}
	for _, a := range all {
		name[a.Code] = strings.ReplaceAll(a.Name["vi"], "oà", "òa")
	}
	kept := map[string]bool{}
	for _, e := range edges {
		if name[e.From] == name[e.To] {
			kept[e.To] = true
		}
	}
	if len(kept) != 23 {
		t.Errorf("%d of 23 merged provinces have the name of a predecessor", len(kept))
	}
}

func TestDongNaiIsACityWithItsLegalBasis(t *testing.T) {
	t.Parallel()
	notes, err := Notes()
	if err != nil {
		t.Fatal(err)
	}
	all, _ := mustAgencies(t)
	for _, a := range all {
		if a.Code == "75" && (a.Name["vi"] != "Đồng Nai" || a.Form != "centrally-run city") {
			t.Errorf("75 is %v, %s", a.Name, a.Form)
		}
	}
	if len(notes) != 1 || notes[0].Agency != "75" || notes[0].Day != mustDay(t, "2026-04-30") || notes[0].LegalBasis != "Nghị quyết 30/2026/QH16" {
		t.Errorf("notes: %+v", notes)
	}
}
