package data

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/sketch"
)

// sketched stores a sketch by an author that can be published at once.
func sketched(t testing.TB, s conforming, id, code string) sketch.Sketch {
	t.Helper()
	q := sketch.New(code, phrase.VI("Phiếu "+code, "Form "+code))
	q.Intro, q.Pages[0].Title = phrase.VI("Mở đầu", "Opening"), phrase.VI("Trang", "Page")
	p := sketch.AddQuestion(q, sketch.Place{Part: sketch.Page}, survey.YesNo)
	p.QuestionOf(q).Text = phrase.VI("Có không?", "Is it?")
	x := sketch.Sketch{ID: id, Revision: 1, Form: q, Editor: mustAuthor(t, s, "lan-"+id), Name: "Người lan-" + id, Day: 20_000}
	must(t, s.NewSketch(t.Context(), x))
	return x
}

// reword changes a sketch and stores it.
func reword(t testing.TB, s conforming, x sketch.Sketch, to string) (int64, error) {
	t.Helper()
	q, err := sketch.Copy(x.Form)
	must(t, err)
	q.Title["vi"], x.Form = to, q
	return s.SaveSketch(t.Context(), x, sketch.Step{Act: sketch.Edited, Name: to})
}

var sketching = []behaviour{
	{"sketches come back as they were put and changed", func(t *testing.T, open maker) {
		s := open(t, during)
		x := sketched(t, s, "a", "thu")
		if got, err := s.Sketch(t.Context(), "a"); err != nil || !reflect.DeepEqual(got, x) {
			t.Errorf("%+v, %v", got, err)
		}
		x.Form.Version, x.Form.Pages[0].Title, x.Day = "", nil, 20_001 // incomplete is fine
		r, err := s.SaveSketch(t.Context(), x, sketch.Step{Act: sketch.Moved, Name: "q1"})
		must(t, err)
		x.Revision, x.Last = r, sketch.Step{Act: sketch.Moved, Name: "q1"}
		if got, err := s.Sketches(t.Context()); err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], x) || r != 2 {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := s.Sketch(t.Context(), "b"); !errors.Is(err, sketch.ErrUnknown) {
			t.Errorf("got %v", err)
		}
	}},
	{"whoever saves over another's change is refused, and nothing is lost", func(t *testing.T, open maker) {
		s := open(t, during)
		x := sketched(t, s, "a", "thu")
		_, err := reword(t, s, x, "Một")
		must(t, err)
		if _, err := reword(t, s, x, "Hai"); !errors.Is(err, sketch.ErrStale) {
			t.Errorf("saved over it: %v", err)
		}
		for name, err := range map[string]error{
			"undone":    s.UndoSketch(t.Context(), "a", 1, x.Editor, 1),
			"deleted":   s.DeleteSketch(t.Context(), "a", 1),
			"published": s.PublishSketch(t.Context(), "a", 1, x.Editor, 1),
		} {
			if !errors.Is(err, sketch.ErrStale) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got, err := s.Sketch(t.Context(), "a"); err != nil || got.Form.Title["vi"] != "Một" || got.Revision != 2 {
			t.Errorf("%+v, %v", got, err)
		}
	}},
	{"steps are taken back one by one, the last fifty", func(t *testing.T, open maker) {
		s := open(t, during)
		x := sketched(t, s, "a", "thu")
		first := x.Form.Title["vi"]
		for i := range sketch.MostSteps + 5 {
			var err error
			x.Revision, err = reword(t, s, x, fmt.Sprint(i))
			must(t, err)
		}
		undone := 0
		for ; ; undone++ {
			got, err := s.Sketch(t.Context(), "a")
			must(t, err)
			if undone == 1 && (got.Form.Title["vi"] != fmt.Sprint(sketch.MostSteps+3) || got.Last.Name != fmt.Sprint(sketch.MostSteps+3)) {
				t.Errorf("after one: %+v", got)
			}
			err = s.UndoSketch(t.Context(), "a", got.Revision, x.Editor, 20_002)
			if errors.Is(err, sketch.ErrNoStep) {
				break
			}
			must(t, err)
		}
		got, err := s.Sketch(t.Context(), "a")
		if must(t, err); undone != sketch.MostSteps || got.Form.Title["vi"] == first || got.Last != (sketch.Step{}) || got.Day != 20_002 {
			t.Errorf("%d steps, then %+v", undone, got)
		}
	}},
	{"a sketch that is too large is refused, and of large ones only the last step is kept", func(t *testing.T, open maker) {
		s := open(t, during)
		x := sketched(t, s, "a", "thu")
		if _, err := reword(t, s, x, strings.Repeat("x", sketch.MostBytes)); !errors.Is(err, sketch.ErrLarge) {
			t.Errorf("got %v", err)
		}
		var err error
		for range 5 {
			x.Revision, err = reword(t, s, x, strings.Repeat("x", sketch.StepBytes/3))
			must(t, err)
		}
		undone := 0
		for got := x; ; undone++ {
			got, err = s.Sketch(t.Context(), "a")
			must(t, err)
			if s.UndoSketch(t.Context(), "a", got.Revision, x.Editor, 1) != nil {
				break
			}
		}
		if undone < 1 || undone > 3 {
			t.Errorf("%d steps are kept", undone)
		}
	}},
	{"publishing makes an edition that tells who and when, and leaves no sketch", func(t *testing.T, open maker) {
		s := open(t, during)
		x := sketched(t, s, "a", "thu")
		must(t, s.PublishSketch(t.Context(), "a", 1, x.Editor, 20_005))
		if _, err := s.Sketch(t.Context(), "a"); !errors.Is(err, sketch.ErrUnknown) {
			t.Errorf("the sketch: %v", err)
		}
		if f, err := s.Form(t.Context(), "thu", "1"); err != nil || f.Len() != 1 {
			t.Errorf("the form: %v", err)
		}
		must(t, s.PutQuestionnaire(t.Context(), sipas(t)))
		must(t, s.PublishQuestionnaire(t.Context(), sipas(t), x.Editor, 20_006)) // it is there, whoever put it
		want := survey.Edition{Code: "thu", Version: "1", Title: x.Form.Title, Publisher: "Người lan-a", Day: 20_005}
		got, err := s.Editions(t.Context())
		if err != nil || len(got) != 2 || !reflect.DeepEqual(got[1], want) || got[0].Publisher != "" || got[0].Day != 0 {
			t.Errorf("%+v, %v", got, err)
		}
	}},
	{"a sketch with mistakes, or of a version that is there, is not published", func(t *testing.T, open maker) {
		s := open(t, during)
		x := sketched(t, s, "a", "thu")
		other := sketched(t, s, "b", "thu")
		must(t, s.PublishSketch(t.Context(), "a", 1, x.Editor, 1))
		r, err := reword(t, s, other, "Khác")
		must(t, err)
		if err := s.PublishSketch(t.Context(), "b", r, x.Editor, 1); !errors.Is(err, survey.ErrPublished) {
			t.Errorf("the same version: %v", err)
		}
		other.Form.Pages[0].Title, other.Revision = nil, r
		r, err = s.SaveSketch(t.Context(), other, sketch.Step{})
		must(t, err)
		wantMistakes(t, s.PublishSketch(t.Context(), "b", r, x.Editor, 1), "$.pages[0].title.vi")
		if _, err := s.Sketch(t.Context(), "b"); err != nil {
			t.Errorf("the sketch is gone: %v", err)
		}
	}},
	{"of two people who publish or save at the same moment one is told", func(t *testing.T, open maker) {
		s := open(t, during)
		x, other := sketched(t, s, "a", "thu"), sketched(t, s, "b", "thu")
		r, err := reword(t, s, other, "Khác")
		must(t, err)
		var group sync.WaitGroup
		errs := make([]error, 4)
		group.Go(func() { errs[0] = s.PublishSketch(t.Context(), "a", 1, x.Editor, 1) })
		group.Go(func() { errs[1] = s.PublishSketch(t.Context(), "b", r, x.Editor, 1) })
		group.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), survey.ErrPublished) {
			t.Errorf("publishing: %v", errs)
		}
		third := sketched(t, s, "c", "ba")
		group.Go(func() { _, errs[2] = reword(t, s, third, "Một") })
		group.Go(func() { _, errs[3] = reword(t, s, third, "Hai") })
		group.Wait()
		if (errs[2] == nil) == (errs[3] == nil) || !errors.Is(errors.Join(errs[2:]...), sketch.ErrStale) {
			t.Errorf("saving: %v", errs[2:])
		}
	}},
}
