package reform

import (
	"strings"
	"testing"
)

func TestTextsHaveALengthAndAName(t *testing.T) {
	t.Parallel()
	for _, s := range Sections {
		if s.Title()["vi"] == "" || s.Title()["en"] == "" {
			t.Errorf("%s has no title", s)
		}
		r := Report{Texts: map[Section]string{s: strings.Repeat("ạ", s.Most())}}
		if found := r.Check(); found != nil {
			t.Errorf("%s: %v", s, found)
		}
		r.Texts[s] += "ạ"
		if found := r.Check(); len(found) != 1 || found[0].Path != string(s) {
			t.Errorf("%s too long: %v", s, found)
		}
	}
	if found := (&Report{Texts: map[Section]string{"khac": ""}}).Check(); len(found) != 1 {
		t.Errorf("another part: %v", found)
	}
	if !Signer.Short() || Lead.Short() {
		t.Error("which texts are short")
	}
}
