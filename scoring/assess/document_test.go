package assess

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

var plan12 = Document{File: File{Digest: strings.Repeat("a", 64), Name: "ke-hoach.pdf", Type: "application/pdf", Size: 9}, Number: "12/QĐ-UBND", Date: "2026-02-01"}

func TestDocumentsAreAddedToAClaimWithoutDisturbingOthers(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1)
	d.do("ha", d.fill("1.1", choice("a")))
	d.do("ha", Attach{"1.1", plan12.Evidence("3")}, Attach{"1.1", plan12.Evidence("3")}, Attach{"1.1", plan12.Evidence("7")}, Attach{"1.2", Evidence{Number: "5/BC"}})
	l := d.sheet.Leaves["1.1"]
	if len(l.Claim.Evidence) != 2 || l.Version != 3 || l.Claim.Input.Choice != "a" || l.Claim.Evidence[1].File.Name != "ke-hoach.pdf" || l.Claim.By != "ha" {
		t.Fatalf("%+v", l)
	}
	if err := d.try("ha", d.fill("1.1", choice("b"))); err != nil || len(d.sheet.Leaves["1.1"].Claim.Evidence) != 1 {
		t.Errorf("a form with one document: %v, %+v", err, d.sheet.Leaves["1.1"])
	}
	key := d.sheet.Leaves["1.1"].Claim.Evidence[0].Key()
	d.do("ha", Detach{"1.1", key}, Detach{"1.1", key})
	if l := d.sheet.Leaves["1.1"]; len(l.Claim.Evidence) != 0 || l.Claim.Input.Choice != "b" || l.Version != 5 {
		t.Errorf("%+v", l)
	}
	for name, act := range map[string]Act{"a survey's leaf": Attach{"2.1", plan12.Evidence("")}, "no leaf": Attach{"9", plan12.Evidence("")}, "nothing of no leaf": Detach{"9", ""},
		"no number": Attach{"1.1", Evidence{}}, "an appraiser's leaf": Attach{"2.3", plan12.Evidence("")}} {
		if err := d.try("ha", act); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	d.do("ha", d.fill("1.1", choice("a")), d.fill("1.2", value(90)), d.fill("1.3", points(1.5)), Submit{Head: "A"})
	for _, act := range []Act{Attach{"1.1", plan12.Evidence("9")}, Detach{"1.1", documented[0].Key()}, Detach{"1.1", "?"}} {
		if err := d.try("ha", act); !errors.Is(err, ErrStage) {
			t.Errorf("%T after submitting: %v", act, err)
		}
	}
}

// A form or a table that knows a document by its words alone leaves its file where it is.
func TestAClaimThatRepeatsADocumentKeepsItsFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1)
	d.do("ha", Attach{"1.1", plan12.Evidence("3")})
	d.do("ha", Fill{"1.1", 1, Claim{Input: choice("a"), Evidence: []Evidence{{Number: plan12.Number, Date: plan12.Date, Page: "8"}, {Number: "12/QĐ-UBND"}}}})
	list := d.sheet.Leaves["1.1"].Claim.Evidence
	if list[0].File == nil || list[0].File.Digest != plan12.Digest || list[0].Page != "8" || list[1].File != nil {
		t.Errorf("%+v", list)
	}
	if !plan12.Cites(Evidence{Number: "12/QĐ-UBND", Issuer: "UBND"}) || plan12.Cites(Evidence{Number: "12/QĐ-UBND", Date: "2025-01-01"}) || plan12.Cites(Evidence{}) {
		t.Error("what cites a document")
	}
}

func TestAFileGoesToTheDocumentThatWasClaimedOnPaper(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		claimed Evidence
		n       int
	}{
		"the number alone":  {Evidence{Number: plan12.Number}, 1},
		"with its page":     {Evidence{Number: plan12.Number, Issuer: "UBND", Page: "3"}, 1},
		"of another day":    {Evidence{Number: plan12.Number, Date: "2025-02-01"}, 2},
		"with another page": {Evidence{Number: plan12.Number, Page: "8"}, 2},
		"another number":    {Evidence{Number: "13/QĐ-UBND"}, 2},
	} {
		d := newDesk(t, 1)
		d.do("ha", Attach{"1.1", c.claimed}, Attach{"1.1", plan12.Evidence("3")})
		list := d.sheet.Leaves["1.1"].Claim.Evidence
		last := list[len(list)-1]
		if len(list) != c.n || last.File == nil || last.Date != plan12.Date || last.Page != "3" || c.n == 1 && last.Issuer != c.claimed.Issuer {
			t.Errorf("%s: %+v", name, list)
		}
	}
}

func TestDocumentsAreCollectedWhileTheAgencyCanSpeak(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1)
	if err := Collecting(d.season, d.sheet, day(9)); err != nil {
		t.Error(err)
	}
	if err := Collecting(d.season, d.sheet, day(10)); !errors.Is(err, ErrLate) {
		t.Errorf("at the deadline: %v", err)
	}
	s := filled(t, 2)
	for _, c := range []struct {
		stage              Stage
		at                 int
		collects, claiming error
	}{
		{Submitted, 2, nil, ErrStage}, {Submitted, 20, ErrLate, ErrStage}, {Appraised, 21, nil, ErrStage}, {Appraised, 30, ErrLate, ErrStage}, {Review, 31, nil, ErrStage},
		{Council, 41, ErrStage, ErrStage}, {Final, 41, ErrStage, ErrStage}, {Draft, 9, nil, nil},
	} {
		s.sheet.Stage = c.stage
		if err := Collecting(s.season, s.sheet, day(c.at)); !errors.Is(err, c.collects) {
			t.Errorf("collecting at %s on day %d: %v", c.stage, c.at, err)
		}
		if err := Claiming(s.season, s.sheet, day(c.at)); !errors.Is(err, c.claiming) {
			t.Errorf("claiming at %s on day %d: %v", c.stage, c.at, err)
		}
	}
	d.season.State = Closed
	if err := Collecting(d.season, d.sheet, day(9)); !errors.Is(err, ErrState) {
		t.Errorf("in a closed season: %v", err)
	}
	if err := (Document{Number: " "}).Check(); err == nil {
		t.Error("a document without a number")
	}
}

func TestNamesOfFilesAreCleaned(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ơ", 300)
	for name, want := range map[string]string{
		"Kế hoạch 2026.pdf":                "Kế hoạch 2026.pdf",
		"Ke\u0302\u0301 hoa\u0323ch.pdf":   "Kế hoạch.pdf",
		"../../etc/passwd":                 "passwd",
		`C:\Users\lan\kế hoạch.docx`:       "kế hoạch.docx",
		"a\r\nSet-Cookie: x=1.pdf":         "a Set-Cookie_ x=1.pdf",
		"anh\u202egpj.exe":                 "anhgpj.exe",
		"a\u200b\u2066\ufeffb.pdf":         "ab.pdf",
		`<script>alert("1")</script>.pdf`:  "script_.pdf",
		`"><img src=x onerror=alert>.pdf`:  "___img src=x onerror=alert_.pdf",
		"a\x00b.pdf":                       "ab.pdf",
		"  .. báo cáo . .":                 "báo cáo",
		".pdf":                             "tai-lieu.pdf",
		"":                                 "tai-lieu",
		"...":                              "tai-lieu",
		"\xff\xfe.png":                     "tai-lieu.png",
		long + ".pdf":                      strings.Repeat("ơ", 116) + ".pdf",
		"x." + long:                        "x." + strings.Repeat("ơ", 118),
		"báo cáo.tổng hợp.năm 2026.xlsx":   "báo cáo.tổng hợp.năm 2026.xlsx",
		"a\u00a0b\tc.pdf":                  "a b c.pdf",
		"\u0000/\u202e\\\u2028báo-cáo.pdf": "báo-cáo.pdf",
	} {
		if got := CleanName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

func TestACleanNameIsCleanWhateverComes(t *testing.T) {
	t.Parallel()
	if name := CleanName("\u0300\x00\u0316"); CleanName(name) != name { // the marks have an order
		t.Errorf("%+q, again %+q", name, CleanName(name))
	}
	rapid.Check(t, func(r *rapid.T) {
		name := CleanName(rapid.String().Draw(r, "name"))
		if name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > 120 || strings.ContainsAny(name, `/\<>:"|?*`) || CleanName(name) != name {
			r.Fatalf("%q, again %q", name, CleanName(name))
		}
		for _, c := range name {
			if !unicode.IsGraphic(c) || unicode.Is(unicode.Cf, c) {
				r.Fatalf("%q holds %U", name, c)
			}
		}
	})
}

func TestEveryTypeHasItsEndings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, media string
		want        bool
	}{{"a.PDF", "application/pdf", true}, {"a.pdf.exe", "application/pdf", false}, {"a.jpeg", "image/jpeg", true}, {"a.pdf", "text/html", false}, {"pdf", "application/pdf", false}} {
		if Ends(c.name, c.media) != c.want {
			t.Errorf("%s, %s", c.name, c.media)
		}
	}
	if r := (&Refused{FileBomb, "x"}); !strings.Contains(r.Error(), "bomb: x") {
		t.Error(r)
	}
}

// An explanation comes with documents of its own: it is told what they are, and the claim stays as it was.
func TestAnExplanationComesWithDocuments(t *testing.T) {
	t.Parallel()
	d := appraised(t, 1)
	seen, claim := d.seen("1.1"), d.sheet.Leaves["1.1"].Claim
	more := []Evidence{plan12.Evidence("4"), {Number: "9/CV"}}
	d.do("ha", Explain{Leaf: "1.1", Seen: seen, Text: "gửi kèm", Appeal: true, Evidence: more})
	l := d.sheet.Leaves["1.1"]
	if !reflect.DeepEqual(l.Appeal.Evidence, more) || !reflect.DeepEqual(l.Claim, claim) || len(l.Documents()) != len(claim.Evidence)+2 || len(l.Enclosed()) != 2 {
		t.Fatalf("%+v", l)
	}
	for name, list := range map[string][]Evidence{"too many": slices.Repeat(more, MostEvidence), "without a number": {{}}} {
		if err := d.try("ha", Explain{Leaf: "1.1", Seen: seen + 1, Text: "x", Evidence: list}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	d.do("ha", Explain{Leaf: "1.1", Seen: seen + 1, Text: "khác", Evidence: more[:1]}, Explain{Leaf: "1.1", Seen: seen + 2})
	if l := d.sheet.Leaves["1.1"]; l.Appeal != nil || len(l.Enclosed()) != 0 {
		t.Errorf("taken back: %+v", l)
	}
}

func TestADocumentIsDescribedAnewWhereverClaimsReferToIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1)
	d.do("ha", Attach{"1.1", plan12.Evidence("3")}, Attach{"1.2", plan12.Evidence("7")}, Attach{"1.3", Evidence{Number: plan12.Number}})
	anew := plan12
	anew.Number, anew.Issuer = "21/QĐ-UBND", "UBND tỉnh"
	d.do("ha", Describe{anew})
	for leaf, want := range map[string]Evidence{"1.1": anew.Evidence("3"), "1.2": anew.Evidence("7"), "1.3": {Number: plan12.Number}} {
		if got := d.sheet.Leaves[leaf].Claim.Evidence; len(got) != 1 || got[0].Key() != want.Key() {
			t.Errorf("%s: %+v", leaf, got)
		}
	}
	if d.seen("1.1") != 2 || d.seen("1.3") != 1 {
		t.Error("versions of what changed and what did not")
	}
	anew.Number = ""
	if err := d.try("ha", Describe{anew}); err == nil {
		t.Error("without a number")
	}
	anew.Number = "1"
	if s := filled(t, 1); !errors.Is(s.try("ha", Describe{anew}), ErrStage) {
		t.Error("after submitting")
	}
}
