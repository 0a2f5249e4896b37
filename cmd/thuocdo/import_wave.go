package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"thuocdo/data"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// importWaveCmd stores a survey wave.
type importWaveCmd struct{ fileFlags }

// Examples ends the help of the command.
func (*importWaveCmd) Examples() []string {
	return []string{
		"thuocdo import wave sipas-2027.json --dry-run",
		`# {"code":"sipas-2027","title":{"vi":"…"},"questionnaire":"sipas","version":"2026","framework":"sipas",`,
		`#  "period":"2027","opens":"2027-03-01T00:00:00+07:00","closes":"2027-05-01T00:00:00+07:00","agencies":["01","04"],`,
		`#  "modes":["web"],"targets":[{"agency":"01","valid":450}],"quotas":[{"where":{"sex":"female"},"target":9}]}`,
	}
}

// waveFile is a wave as a file gives it.
type waveFile struct {
	Code          string      `json:"code"`
	Title         phrase.Text `json:"title"`
	Questionnaire string      `json:"questionnaire"`
	Version       string      `json:"version"`
	Framework     string      `json:"framework"`
	Period        string      `json:"period"`
	Opens         string      `json:"opens"`
	Closes        string      `json:"closes"`
	Intervals     string      `json:"intervals"`
	Access        string      `json:"access"`
	Agencies      []string    `json:"agencies"`

	Modes    []survey.Mode          `json:"modes"`
	Targets  []survey.Target        `json:"targets"`
	Quotas   []survey.Quota         `json:"quotas"`
	Consents map[string]phrase.Text `json:"consents"`

	Retention *int `json:"retention"`
}

// Run reads, checks and stores.
func (i *importWaveCmd) Run(ctx context.Context, c *console) error {
	b, err := i.definition(c)
	if err != nil {
		return err
	}
	var f waveFile
	if found := phrase.Decode(b, &f); len(found) > 0 {
		return i.fault(found)
	}
	store, err := i.store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	w, err := f.wave(ctx, store)
	if err != nil {
		return i.fault(err)
	}
	put := store.PutWave
	if i.DryRun {
		put = store.CheckWave
	}
	if err := put(ctx, w); err != nil {
		return i.fault(err)
	}
	i.done(c, "wave %s of %d agencies", w.Code, len(w.Agencies))
	return nil
}

// wave checks the file against itself and against what the store knows.
func (f *waveFile) wave(ctx context.Context, store *data.Store) (survey.Wave, error) {
	var found phrase.Mistakes
	w := survey.Wave{Code: f.Code, Title: f.Title, Questionnaire: f.Questionnaire, Version: f.Version, Framework: f.Framework,
		Basis: survey.BasisKind(f.Intervals), Access: survey.Access(f.Access), Agencies: slices.Clone(f.Agencies),
		Plan: survey.Plan{Modes: f.Modes, Targets: f.Targets, Quotas: f.Quotas, Consents: f.Consents, Retention: f.Retention}}
	if !agencyCode.MatchString(f.Code) {
		found.Add("$.code", "mã %q: cần chữ cái không dấu, chữ số, '.', '-' hoặc '_'", "code %q: letters without marks, digits, '.', '-' or '_' are expected", f.Code)
	}
	if f.Title["vi"] == "" {
		found.Add("$.title.vi", "thiếu tên tiếng Việt", "the Vietnamese title is missing")
	}
	var err error
	if w.Period, err = survey.ParsePeriod(f.Period); err != nil {
		found.Add("$.period", "kỳ %q: cần dạng 2026, 2026-H1, 2026-Q3 hoặc 2026-05", "period %q: 2026, 2026-H1, 2026-Q3 or 2026-05 is expected", f.Period)
	}
	w.Opens, w.Closes = instant("$.opens", f.Opens, &found), instant("$.closes", f.Closes, &found)
	if !w.Opens.IsZero() && !w.Closes.IsZero() && !w.Closes.After(w.Opens) {
		found.Add("$.closes", "đóng trước khi mở", "it closes before it opens")
	}
	if !slices.Contains([]survey.BasisKind{"", survey.FactorBasis, survey.ItemBasis}, w.Basis) {
		found.Add("$.intervals", "%q: cần factor hoặc item", "%q: factor or item is expected", f.Intervals)
	}
	if !w.Access.Valid() {
		found.Add("$.access", "%q: cần open, both hoặc invitation", "%q: open, both or invitation is expected", f.Access)
	}
	if err := f.checkKnown(ctx, store, w.Period, &found); err != nil {
		return w, err
	}
	slices.Sort(w.Agencies)
	return w, found.Err()
}

// checkKnown finds references to what the store does not have.
func (f *waveFile) checkKnown(ctx context.Context, store *data.Store, period survey.Period, found *phrase.Mistakes) error {
	if _, err := store.Form(ctx, f.Questionnaire, f.Version); errors.Is(err, data.ErrUnknownQuestionnaire) {
		found.Add("$.questionnaire", "chưa có phiếu hỏi %q phiên bản %q", "there is no questionnaire %q of version %q", f.Questionnaire, f.Version)
	} else if err != nil {
		return err
	}
	frameworks, err := store.Frameworks(ctx)
	if err != nil {
		return err
	}
	known := false
	for _, x := range frameworks {
		known = known || x.Code == f.Framework
	}
	if !known {
		found.Add("$.framework", "chưa có bộ chỉ số %q", "there is no framework %q", f.Framework)
	}
	if len(f.Agencies) == 0 {
		found.Add("$.agencies", "cần ít nhất một cơ quan", "at least one agency is expected")
	}
	agencies, err := store.Agencies(ctx)
	if err != nil {
		return err
	}
	byCode := make(map[string]survey.Agency, len(agencies))
	for _, a := range agencies {
		byCode[a.Code] = a
	}
	_, last := period.Span()
	seen := map[string]bool{}
	for i, code := range f.Agencies {
		place := fmt.Sprintf("$.agencies[%d]", i)
		switch a, ok := byCode[code]; {
		case !ok:
			found.Add(place, "không có cơ quan nào có mã %q", "no agency has the code %q", code)
		case seen[code]:
			found.Add(place, "mã %q có hai lần", "code %q is there twice", code)
		case last != 0 && !a.ValidOn(last):
			found.Add(place, "cơ quan %q không tồn tại vào cuối kỳ %s", "agency %q does not exist at the end of %s", code, period)
		}
		seen[code] = true
	}
	return nil
}

// instant reads a moment with its offset.
func instant(place, s string, found *phrase.Mistakes) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		found.Add(place, "thời điểm %q: cần dạng 2027-03-01T00:00:00+07:00", "time %q: 2027-03-01T00:00:00+07:00 is the expected form", s)
	}
	return t
}

// jsonPlace names a field of an element of a list at the top of a JSON file.
func jsonPlace(list string, i int, field string) string {
	return fmt.Sprintf("$.%s[%d].%s", list, i, field)
}
