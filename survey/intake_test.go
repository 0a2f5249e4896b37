package survey_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"thuocdo/survey"
)

var (
	opens  = time.Date(2026, 3, 1, 0, 0, 0, 0, survey.Vietnam)
	closes = time.Date(2026, 4, 1, 0, 0, 0, 0, survey.Vietnam)
)

// kept is a log that remembers entries and knows retries, as the contract of Log says.
type kept struct {
	entries map[[16]byte]survey.Entry
	fail    error
}

func (k *kept) Append(_ context.Context, e survey.Entry) (bool, error) {
	if k.fail != nil {
		return false, k.fail
	}
	old, again := k.entries[e.Receipt]
	if again && old.Content != e.Content {
		return false, survey.ErrOtherContent
	}
	k.entries[e.Receipt] = e
	return again, nil
}

// held is the waves by code.
type held map[string]*survey.OpenWave

func (h held) OpenWave(code string) (*survey.OpenWave, error) {
	if w := h[code]; w != nil {
		return w, nil
	}
	return nil, survey.ErrUnknownWave
}

// counter returns an intake of the waves "spring" and "other" for the agencies "01" and "79" at a time, and its log.
func counter(t *testing.T, now time.Time) (*survey.Intake, *kept) {
	f := MustForm(t, chained())
	waves := held{}
	for _, code := range []string{"spring", "other"} {
		waves[code] = survey.NewOpenWave(survey.Wave{Code: code, Opens: opens, Closes: closes, Agencies: []string{"01", "79"}}, f)
	}
	log := &kept{entries: map[[16]byte]survey.Entry{}}
	return &survey.Intake{Waves: waves, Log: log, Now: func() time.Time { return now }}, log
}

func submission(t *testing.T) survey.Submission {
	a := parsed(t, MustForm(t, chained()), map[string]string{"a": "no", "e": "yes"})
	return survey.Submission{Wave: "spring", Agency: "01", Key: "0123456789abcdef", Mode: survey.Web, Answers: a}
}

func TestASubmissionIsStoredAndItsReceiptLooksItUp(t *testing.T) {
	t.Parallel()
	in, log := counter(t, opens.Add(17*time.Hour+30*time.Minute))
	s := submission(t)
	r, err := in.Submit(context.Background(), s)
	if err != nil || r.Again {
		t.Fatal(r, err)
	}
	digest, err := survey.ReceiptDigest(r.Code)
	e, ok := log.entries[digest]
	if err != nil || !ok {
		t.Fatalf("receipt %s: %v, stored %v", r.Code, err, ok)
	}
	if e.Wave.Code != "spring" || e.Agency != "01" || e.Mode != survey.Web || e.Day.String() != "2026-03-01" {
		t.Errorf("%+v", e)
	}
	back, err := e.Wave.Form.Unpack(e.Packed)
	if err != nil || !reflect.DeepEqual(back, s.Answers) || !reflect.DeepEqual(e.Answers, s.Answers) {
		t.Errorf("%v, %v", back, err)
	}
}

func TestNothingStoredNamesTheKey(t *testing.T) {
	t.Parallel()
	in, log := counter(t, opens)
	s := submission(t)
	r, err := in.Submit(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range log.entries {
		e.Wave = nil
		all := fmt.Sprintf("%s %+v", fmt.Sprint(e), e)
		if strings.Contains(all, s.Key) || strings.Contains(all, r.Code) {
			t.Errorf("%s", all)
		}
		if bytes.Equal(e.Receipt[:], e.Content[:]) {
			t.Error("receipt and content have one digest")
		}
	}
}

func TestARetryHasTheSameReceipt(t *testing.T) {
	t.Parallel()
	in, log := counter(t, opens)
	first, err := in.Submit(context.Background(), submission(t))
	if err != nil {
		t.Fatal(err)
	}
	again, err := in.Submit(context.Background(), submission(t))
	if err != nil || again.Code != first.Code || !again.Again || len(log.entries) != 1 {
		t.Errorf("%+v then %+v, %v, %d entries", first, again, err, len(log.entries))
	}
}

func TestAKeyWithOtherContentIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*survey.Submission){
		"answers": func(s *survey.Submission) { s.Answers[0].Choice = 1; s.Answers[4].Choice = 1 },
		"agency":  func(s *survey.Submission) { s.Agency = "79" },
		"mode":    func(s *survey.Submission) { s.Mode = survey.Paper },
	} {
		in, _ := counter(t, opens)
		if _, err := in.Submit(context.Background(), submission(t)); err != nil {
			t.Fatal(err)
		}
		s := submission(t)
		change(&s)
		if r, err := in.Submit(context.Background(), s); !errors.Is(err, survey.ErrOtherContent) || r != (survey.Receipt{}) {
			t.Errorf("other %s: %+v, %v", name, r, err)
		}
	}
}

func TestOneKeyInTwoWavesLeavesNothingInCommon(t *testing.T) {
	t.Parallel()
	in, log := counter(t, opens)
	a, b := submission(t), submission(t)
	b.Wave = "other"
	for _, s := range []survey.Submission{a, b} {
		if _, err := in.Submit(context.Background(), s); err != nil {
			t.Fatal(err)
		}
	}
	content := map[[16]byte]bool{}
	for _, e := range log.entries {
		content[e.Content] = true
	}
	if len(log.entries) != 2 || len(content) != 2 {
		t.Errorf("%d receipts, %d contents", len(log.entries), len(content))
	}
}

func TestSubmissionsAreRefused(t *testing.T) {
	t.Parallel()
	full := errors.New("full")
	for _, c := range []struct {
		name   string
		at     time.Time
		change func(*survey.Submission)
		fail   error
		want   error
	}{
		{name: "before the wave", at: opens.Add(-time.Nanosecond), want: survey.ErrNotOpen},
		{name: "at its first moment", at: opens},
		{name: "at its last moment", at: closes.Add(-time.Nanosecond)},
		{name: "after it", at: closes, want: survey.ErrClosed},
		{name: "unknown wave", at: opens, change: func(s *survey.Submission) { s.Wave = "autumn" }, want: survey.ErrUnknownWave},
		{name: "unknown agency", at: opens, change: func(s *survey.Submission) { s.Agency = "02" }, want: survey.ErrUnknownAgency},
		{name: "unknown mode", at: opens, change: func(s *survey.Submission) { s.Mode = "" }, want: survey.ErrUnknownMode},
		{name: "shortest key", at: opens, change: func(s *survey.Submission) { s.Key = strings.Repeat("k", 16) }},
		{name: "longest key", at: opens, change: func(s *survey.Submission) { s.Key = strings.Repeat("~", 128) }},
		{name: "short key", at: opens, change: func(s *survey.Submission) { s.Key = strings.Repeat("k", 15) }, want: survey.ErrBadKey},
		{name: "long key", at: opens, change: func(s *survey.Submission) { s.Key = strings.Repeat("k", 129) }, want: survey.ErrBadKey},
		{name: "key with a blank", at: opens, change: func(s *survey.Submission) { s.Key = "0123456789 abcdef" }, want: survey.ErrBadKey},
		{name: "key with a mark", at: opens, change: func(s *survey.Submission) { s.Key = "khóa0123456789abcdef" }, want: survey.ErrBadKey},
		{name: "full store", at: opens, fail: fmt.Errorf("write: %w", survey.ErrStoreFull), want: survey.ErrStoreFull},
		{name: "other failure", at: opens, fail: full, want: full},
	} {
		in, log := counter(t, c.at)
		log.fail = c.fail
		s := submission(t)
		if c.change != nil {
			c.change(&s)
		}
		r, err := in.Submit(context.Background(), s)
		if !errors.Is(err, c.want) || (err == nil) != (len(log.entries) == 1) {
			t.Errorf("%s: %v, %d entries, want %v", c.name, err, len(log.entries), c.want)
		}
		if (r.Code != "") != (err == nil || errors.Is(err, survey.ErrClosed)) {
			t.Errorf("%s: receipt %q with %v", c.name, r.Code, err)
		}
	}
}

func TestWrongAnswersAreNamed(t *testing.T) {
	t.Parallel()
	in, log := counter(t, opens)
	s := submission(t)
	s.Answers = parsed(t, MustForm(t, chained()), map[string]string{"a": "no", "b": "yes"})
	_, err := in.Submit(context.Background(), s)
	var faults survey.Faults
	if !errors.As(err, &faults) || faults.Error() != "b: skipped; e: missing" || len(log.entries) != 0 {
		t.Errorf("%v, %d entries", err, len(log.entries))
	}
}

func TestTheReceiptAfterTheEndIsTheOneFromBefore(t *testing.T) {
	t.Parallel()
	before, _ := counter(t, closes.Add(-time.Second))
	after, _ := counter(t, closes)
	first, _ := before.Submit(context.Background(), submission(t))
	late, err := after.Submit(context.Background(), submission(t))
	if !errors.Is(err, survey.ErrClosed) || late.Code != first.Code {
		t.Errorf("%s before, %s after with %v", first.Code, late.Code, err)
	}
}

func TestTheDayIsVietnams(t *testing.T) {
	t.Parallel()
	// 23:30 on 5 March in Hà Nội is 16:30 UTC and 11:30 in New York; an hour later it is 6 March there.
	evening := time.Date(2026, 3, 5, 16, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{evening, "2026-03-05"},
		{evening.Add(time.Hour), "2026-03-06"},
		{evening.In(time.FixedZone("New York", -5*60*60)).Add(time.Hour), "2026-03-06"},
	} {
		in, log := counter(t, c.at)
		if _, err := in.Submit(context.Background(), submission(t)); err != nil {
			t.Fatal(err)
		}
		for _, e := range log.entries {
			if e.Day.String() != c.want {
				t.Errorf("%v is stored as %s, want %s", c.at, e.Day, c.want)
			}
		}
	}
}

func TestAnOpenWaveKnowsItsAgenciesAndLayout(t *testing.T) {
	t.Parallel()
	f := MustForm(t, sipas())
	for basis, groups := range map[survey.BasisKind]int{"": 9, survey.FactorBasis: 9, survey.ItemBasis: 39} {
		w := survey.NewOpenWave(survey.Wave{Basis: basis, Agencies: []string{"01"}}, f)
		if got, _, _ := w.Layout().New().Moments(); len(got) != groups {
			t.Errorf("%q: %d groups, want %d", basis, len(got), groups)
		}
		if !w.Has("01") || w.Has("1") || w.Has("") {
			t.Error("agencies are mixed up")
		}
	}
}
