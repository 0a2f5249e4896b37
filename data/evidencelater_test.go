package data

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"thuocdo/data/filetype/filetest"
	"thuocdo/scoring/assess"
)

// submitted has x-000 submit a sheet and an appraiser ask about 1.1.1.
func submitted(t testing.TB) *Store {
	t.Helper()
	s := collectingStore(t, Options{})
	p := must1(s.Framework(t.Context(), planned(parIndex(t, s)).Framework, "", "2026"))(t)
	must(t, s.Assess(t.Context(), season26, turn("x-000", append(claims(t, p), assess.Submit{Head: "A"})...)))
	must(t, s.Assess(t.Context(), season26, turn("x-000", assess.Ask{Leaf: "1.1.1", Seen: 1, Text: "văn bản nào?"})))
	return s
}

// Documents that come with an answer are kept for good and checked as those of a claim are.
func TestDocumentsOfAnAnswerAreKeptForGood(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	ctx := t.Context()
	d := keep(t, s, "x-000", "a.pdf", "12/QĐ", filetest.PDF("a"), "")
	free := keep(t, s, "x-000", "b.pdf", "13/QĐ", filetest.PDF("b"), "")
	foreign := keep(t, s, "x-001", "c.pdf", "14/QĐ", filetest.PDF("c"), "")
	if _, err := s.AddDocument(ctx, season26, document("x-000", "d.pdf", "15"), bytes.NewReader(filetest.PDF("d")), "1.1.1", ""); !errors.Is(err, assess.ErrStage) {
		t.Errorf("behind a claim that is submitted: %v", err)
	}
	answer := func(e assess.Evidence) error {
		return s.Assess(ctx, season26, turn("x-000", assess.Answer{Leaf: "1.1.1", Seen: 2, Question: 1, Text: "gửi kèm", Evidence: []assess.Evidence{e}}))
	}
	forged := d.Evidence("")
	forged.File = &assess.File{Digest: strings.Repeat("0", 64), Name: "x", Type: "text/html", Size: 1}
	for name, e := range map[string]assess.Evidence{"another agency's": foreign.Evidence(""), "a made-up": forged} {
		if err := answer(e); !errors.Is(err, assess.ErrNoDocument) {
			t.Errorf("%s file: %v", name, err)
		}
	}
	must(t, answer(assess.Evidence{Number: "12/QĐ", Page: "2"})) // finds its file by the number
	got := must1(s.Sheet(ctx, season26, "x-000"))(t).Leaves["1.1.1"].Questions[0].Answer.Evidence
	if len(got) != 1 || got[0].File == nil || *got[0].File != d.File {
		t.Fatalf("%+v", got)
	}
	if err := s.RemoveDocument(ctx, season26, "x-000", d.Digest); !errors.Is(err, assess.ErrKept) {
		t.Errorf("removing what was sent: %v", err)
	}
	must(t, s.RemoveDocument(ctx, season26, "x-000", free.Digest)) // nobody else has seen it
	list := must1(s.Documents(ctx, season26, "x-000"))(t)
	if len(list) != 1 || !list[0].Submitted || len(list[0].Leaves) != 1 {
		t.Errorf("%+v", list)
	}
	wantHealthy(t, s)
	wantFiles(t, s)
}

func TestDocumentsOfAnAppealAreKeptForGood(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	ctx := t.Context()
	_, plan, err := s.Season(ctx, season26)
	must(t, err)
	acts := appraisals(t, plan)
	for i, act := range acts {
		if a := act.(assess.Appraise); a.Leaf == "1.1.1" {
			a.Seen = 2
			acts[i] = a
		}
	}
	must(t, s.Assess(ctx, season26, turn("x-000", append(acts, assess.Advance{})...)))
	d := keep(t, s, "x-000", "a.pdf", "12/QĐ", filetest.PDF("a"), "")
	must(t, s.Assess(ctx, season26, turn("x-000", assess.Explain{Leaf: "1.1.1", Seen: 3, Text: "có dấu", Appeal: true, Evidence: []assess.Evidence{d.Evidence("1")}})))
	if list := must1(s.Documents(ctx, season26, "x-000"))(t); len(list) != 1 || !list[0].Submitted {
		t.Errorf("%+v", list)
	}
	must(t, s.Assess(ctx, season26, turn("x-000", assess.Explain{Leaf: "1.1.1", Seen: 4}))) // taken back: the file stays
	if err := s.RemoveDocument(ctx, season26, "x-000", d.Digest); !errors.Is(err, assess.ErrKept) {
		t.Errorf("%v", err)
	}
	wantHealthy(t, s)
}

func TestADocumentIsDescribedAnew(t *testing.T) {
	t.Parallel()
	s := collectingStore(t, Options{})
	ctx := t.Context()
	d := keep(t, s, "x-000", "a.pdf", "1", filetest.PDF("a"), "1.1.1")
	seen := d.Evidence("").Key()
	anew := d
	anew.Number, anew.Date, anew.Issuer = "12/QĐ", "2026-02-01", "UBND"
	must(t, s.DescribeDocument(ctx, season26, anew, seen))
	e := must1(s.Sheet(ctx, season26, "x-000"))(t).Leaves["1.1.1"].Claim.Evidence[0]
	if e.Number != "12/QĐ" || e.Issuer != "UBND" || e.Page != "3" || *e.File != d.File {
		t.Errorf("%+v", e)
	}
	if err := s.DescribeDocument(ctx, season26, anew, seen); !errors.Is(err, assess.ErrConflict) {
		t.Errorf("over what somebody else said: %v", err)
	}
	seen = anew.Evidence("").Key()
	gone := anew
	gone.Digest = strings.Repeat("0", 64)
	if err := s.DescribeDocument(ctx, season26, gone, seen); !errors.Is(err, assess.ErrNoDocument) {
		t.Errorf("no document: %v", err)
	}
	foreign := anew
	foreign.Agency = "x-001"
	if err := s.DescribeDocument(ctx, season26, foreign, seen); !errors.Is(err, assess.ErrNoDocument) {
		t.Errorf("another agency's: %v", err)
	}
	anew.Number = " "
	if err := s.DescribeDocument(ctx, season26, anew, seen); err == nil {
		t.Error("without a number")
	}
	wantHealthy(t, s)
	wantFiles(t, s)
}

func TestWhatWasSubmittedIsNotDescribedAnew(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	ctx := t.Context()
	d := keep(t, s, "x-000", "a.pdf", "12/QĐ", filetest.PDF("a"), "")
	anew := d
	anew.Number = "21/QĐ"
	must(t, s.DescribeDocument(ctx, season26, anew, d.Evidence("").Key())) // nobody has seen it
	must(t, s.Assess(ctx, season26, turn("x-000", assess.Answer{Leaf: "1.1.1", Seen: 2, Question: 1, Text: "gửi kèm", Evidence: []assess.Evidence{anew.Evidence("")}})))
	if err := s.DescribeDocument(ctx, season26, d, anew.Evidence("").Key()); !errors.Is(err, assess.ErrKept) {
		t.Errorf("%v", err)
	}
	if list := must1(s.Documents(ctx, season26, "x-000"))(t); list[0].Number != "21/QĐ" {
		t.Errorf("%+v", list)
	}
}
