package data

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/opinion"
	"thuocdo/survey/quality"
)

// openForm asks two open questions.
const openForm = `{"code": "y", "version": "1", "title": {"vi": "Ý kiến"}, "intro": {"vi": "Mở đầu"}, "lists": {"l": [{"code": "1", "text": {"vi": "Kém"}}, {"code": "2", "text": {"vi": "Tốt"}}]},
 "pages": [{"code": "p", "title": {"vi": "Trang"}, "blocks": [{"questions": [
  {"code": "r", "type": "rating", "list": "l", "text": {"vi": "Thế nào?"}},
  {"code": "words", "type": "text", "text": {"vi": "Ông/bà có ý kiến gì?", "en": "What do you think?"}},
  {"code": "more", "type": "text", "text": {"vi": "Còn gì nữa?"}}]}]}]}`

// voiced stores responses to openForm in wave "w", of which every one says something: two texts in turn.
func voiced(t testing.TB, s conforming) (question string) {
	t.Helper()
	define(t, s, 1)
	q, err := survey.ParseQuestionnaire([]byte(openForm))
	must(t, err)
	must(t, s.PutQuestionnaire(t.Context(), q))
	x := waveOver(t, "w", "2026", 1)
	x.Questionnaire, x.Version = q.Code, q.Version
	must(t, s.PutWave(t.Context(), x))
	w := mustWave(t, s, "w")
	list := entries(t, w, 9)
	for k := range list {
		list[k].Answers[1] = survey.Answer{Set: true, Text: []string{"chờ lâu", "tận tình", "chờ lâu"}[k%3]}
		list[k].Packed = w.Form.Pack(list[k].Answers)
	}
	fill(t, s, list)
	return "words"
}

var opinions = []behaviour{
	{"open answers come without their responses, and not from invalid ones", func(t *testing.T, open maker) {
		s := open(t, during)
		q := voiced(t, s)
		list, err := s.Opinions(t.Context(), "w", q)
		if must(t, err); len(list) != 2 || list[0].Words != "chờ lâu" || list[0].N != 6 || list[1].N != 3 {
			t.Fatalf("%+v", list)
		}
		_, err = s.Decide(t.Context(), invalid(mustAuthor(t, s, "lan"), caseOf(t, s, "x-000", 0), caseOf(t, s, "x-000", 1)))
		must(t, err)
		list, err = s.Opinions(t.Context(), "w", q)
		if must(t, err); list[0].N+list[1].N != 7 {
			t.Errorf("%+v: invalid ones are among them", list)
		}
		if _, err := s.Opinions(t.Context(), "w", "r"); !errors.Is(err, opinion.ErrNotText) {
			t.Errorf("a rating: %v", err)
		}
		if _, err := s.Work(t.Context(), "none", q); !errors.Is(err, survey.ErrUnknownWave) {
			t.Errorf("no wave: %v", err)
		}
	}},
	{"two people code on their own, then agree", func(t *testing.T, open maker) {
		s := open(t, during)
		q := voiced(t, s)
		lan, minh, ba := mustAuthor(t, s, "lan"), mustAuthor(t, s, "minh"), mustAuthor(t, s, "ba")
		frame := opinion.Frame{Question: q, Codes: []opinion.Code{{Code: "cho", Title: phrase.VI("Chờ", "Waiting")}, {Code: "khen", Title: phrase.VI("Khen", "Praise"), Detail: "lời khen"}}}
		must(t, s.PutFrame(t.Context(), "w", frame))
		if err := s.PutFrame(t.Context(), "w", frame); !errors.Is(err, opinion.ErrConflict) {
			t.Errorf("saved over another: %v", err)
		}
		wait, kind := opinion.DigestOf(q, "chờ lâu"), opinion.DigestOf(q, "tận tình")
		must(t, s.PutCodings(t.Context(), "w", q, lan, []opinion.Coding{{Digest: wait, Codes: []string{"cho"}}, {Digest: kind, Codes: []string{"khen", "cho"}}}))
		must(t, s.PutCodings(t.Context(), "w", q, minh, []opinion.Coding{{Digest: wait, Codes: []string{"cho"}}, {Digest: kind}}))
		if err := s.PutCodings(t.Context(), "w", q, ba, nil); !errors.Is(err, opinion.ErrTaken) {
			t.Errorf("a third coder: %v", err)
		}
		if err := s.PutCodings(t.Context(), "w", q, lan, []opinion.Coding{{Digest: wait, Codes: []string{"nope"}}}); !errors.Is(err, opinion.ErrCode) {
			t.Errorf("an unknown code: %v", err)
		}
		must(t, s.FinishCoding(t.Context(), "w", q, lan, true))
		if err := s.Resolve(t.Context(), "w", q, nil); !errors.Is(err, opinion.ErrEarly) {
			t.Errorf("agreed before both have finished: %v", err)
		}
		if err := s.PutCodings(t.Context(), "w", q, lan, nil); !errors.Is(err, opinion.ErrDone) {
			t.Errorf("coded after finishing: %v", err)
		}
		must(t, s.FinishCoding(t.Context(), "w", q, minh, true))
		if err := s.FinishCoding(t.Context(), "w", q, lan, false); !errors.Is(err, opinion.ErrDone) {
			t.Errorf("went back after seeing the other: %v", err)
		}
		must(t, s.Resolve(t.Context(), "w", q, []opinion.Coding{{Digest: kind, Codes: []string{"khen"}}}))
		w, err := s.Work(t.Context(), "w", q)
		must(t, err)
		frame.Turn = 1
		if !reflect.DeepEqual(w.Frame, frame) || !w.BothDone() || w.Coders[0].Name != "Người lan" || fmt.Sprint(w.Coders[0].Codings[kind]) != "[cho khen]" {
			t.Errorf("%+v", w)
		}
		if codes, ok := w.Final(kind); !ok || fmt.Sprint(codes) != "[khen]" {
			t.Errorf("agreed on %v", codes)
		}
		if err := s.PutFrame(t.Context(), "w", opinion.Frame{Question: q, Codes: frame.Codes[1:], Turn: 1}); !errors.Is(err, opinion.ErrCode) {
			t.Errorf("a code in use was taken away: %v", err)
		}
	}},
	{"views of pages add up", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		for range 2 {
			must(t, s.CountPages(t.Context(), "w", quality.PageCount{Page: "a", Day: 20_000, Shown: 5}, quality.PageCount{Page: "a", Day: 20_001, Completed: 6}, quality.PageCount{Day: 20_000, Shown: 7}))
		}
		got, err := s.PageCounts(t.Context(), "w")
		if want := []quality.PageCount{{Shown: 14}, {Page: "a", Shown: 10, Completed: 12}}; err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v", got, err)
		}
		if err := s.CountPages(t.Context(), "none"); !errors.Is(err, survey.ErrUnknownWave) {
			t.Errorf("%v", err)
		}
	}},
}
