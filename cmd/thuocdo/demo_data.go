package main

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"time"

	"thuocdo/data"
	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/simulate"
	"thuocdo/web"
)

// What the demo is made of.
const (
	demoSurvey  = "sipas"
	demoReform  = "par-index-province"
	demoHost    = "01" // the province that has wards and communes, and an officer
	communeSize = 0.45 // answers of a commune for each answer of a province
)

// demoYears are the periods of the demo; the last one is open.
var demoYears = []int{2024, 2025, 2026}

// demoCommunes are names that could be a ward or commune anywhere; each is marked as illustrative.
var demoCommunes = []struct {
	kind   survey.Kind
	vi, en string
}{
	{survey.Ward, "Phường Bình Minh", "Binh Minh Ward"}, {survey.Ward, "Phường Hoa Sen", "Hoa Sen Ward"},
	{survey.Ward, "Phường Hòa Bình", "Hoa Binh Ward"}, {survey.Ward, "Phường Thống Nhất", "Thong Nhat Ward"},
	{survey.Ward, "Phường Đoàn Kết", "Doan Ket Ward"}, {survey.Ward, "Phường Tân Tiến", "Tan Tien Ward"},
	{survey.Ward, "Phường Hồ Sen", "Ho Sen Ward"}, {survey.Ward, "Phường Cầu Mây", "Cau May Ward"},
	{survey.Commune, "Xã Đồng Xanh", "Dong Xanh Commune"}, {survey.Commune, "Xã Suối Trong", "Suoi Trong Commune"},
	{survey.Commune, "Xã Lúa Vàng", "Lua Vang Commune"}, {survey.Commune, "Xã Núi Xanh", "Nui Xanh Commune"},
	{survey.Commune, "Xã Sông Hiền", "Song Hien Commune"}, {survey.Commune, "Xã Tre Ngà", "Tre Nga Commune"},
	{survey.Commune, "Xã Bờ Đê", "Bo De Commune"}, {survey.Commune, "Xã Gò Nổi", "Go Noi Commune"},
	{survey.Commune, "Xã Vườn Chè", "Vuon Che Commune"}, {survey.Commune, "Xã Bến Đò", "Ben Do Commune"},
}

// demoAccounts are who may sign in to the demo. Their passwords are no secret: the demo holds nothing but made-up data.
var demoAccounts = []demoAccount{
	{account.Account{Login: "phan-tich", Name: "Người phân tích (minh họa)", Role: account.Analyst}, "thuocdo-phan-tich"},
	{account.Account{Login: "can-bo", Name: "Cán bộ Hà Nội (minh họa)", Role: account.Officer, Agency: demoHost}, "thuocdo-can-bo"},
	{account.Account{Login: "tham-dinh", Name: "Người thẩm định (minh họa)", Role: account.Appraiser}, "thuocdo-tham-dinh"},
	{account.Account{Login: "thiet-ke", Name: "Người thiết kế khảo sát (minh họa)", Role: account.Designer}, "thuocdo-thiet-ke"},
	{account.Account{Login: "dieu-tra", Name: "Điều tra viên (minh họa)", Role: account.Enumerator}, "thuocdo-dieu-tra"},
	{account.Account{Login: "cong-bo", Name: "Người công bố (minh họa)", Role: account.Publisher}, "thuocdo-cong-bo"},
	{account.Account{Login: "quan-tri", Name: "Quản trị viên (minh họa)", Role: account.Administrator}, "thuocdo-quan-tri"},
}

type demoAccount struct {
	account.Account
	password string
}

// builder fills an empty store with the demo.
type builder struct {
	*data.Store
	seed      uint64
	responses int // of the open wave; each closed one has half as many
	now       time.Time
	form      *survey.Form
	bar       *progress
}

// build puts everything in: agencies, definitions, waves with answers, scores, accounts.
func (b *builder) build(ctx context.Context) error {
	if err := putReference(ctx, b.Store); err != nil {
		return err
	}
	if err := b.PutAgencies(ctx, illustrativeCommunes(), nil); err != nil {
		return err
	}
	questionnaires, err := reference.Questionnaires()
	if err != nil {
		return err
	}
	if b.form, err = survey.Compile(questionnaires[0]); err != nil {
		return err
	}
	for _, year := range demoYears {
		if err := b.wave(ctx, year); err != nil {
			return fmt.Errorf("wave of %d: %w", year, err)
		}
		if err := b.scores(ctx, year); err != nil {
			return err
		}
	}
	if err := b.release(ctx, demoYears[len(demoYears)-2]); err != nil {
		return err
	}
	if err := b.accounts(ctx); err != nil {
		return err
	}
	return b.season(ctx)
}

func illustrativeCommunes() []survey.Agency {
	first := survey.DayOf(time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC))
	communes := make([]survey.Agency, len(demoCommunes))
	for i, c := range demoCommunes {
		communes[i] = survey.Agency{Code: fmt.Sprintf("%s-minh-hoa-%02d", demoHost, i+1), Kind: c.kind, Form: string(c.kind), Parent: demoHost,
			Name: phrase.VI(c.vi+" (minh họa)", c.en+" (illustrative)"), ValidFrom: first}
	}
	return communes
}

// wave adds the wave of a year with its answers.
func (b *builder) wave(ctx context.Context, year int) error {
	period := survey.Period(strconv.Itoa(year))
	last := year == demoYears[len(demoYears)-1]
	n, kinds := b.responses/2, []survey.Kind{survey.Province}
	if last {
		n, kinds = b.responses, append(kinds, survey.Ward, survey.Commune)
	}
	agencies, err := b.validAgencies(ctx, period, kinds)
	if err != nil {
		return err
	}
	q := b.form.Questionnaire()
	w := survey.Wave{
		Code: demoSurvey + "-" + string(period), Questionnaire: q.Code, Version: q.Version, Framework: demoSurvey, Period: period,
		Title: phrase.VI(fmt.Sprintf("Khảo sát sự hài lòng năm %d (minh họa)", year), fmt.Sprintf("Satisfaction survey %d (illustrative)", year)),
	}
	w.Opens, w.Closes = demoSpan(year, last, b.now)
	crowd := simulate.Crowd{Seed: b.seed, Label: string(period), N: n, First: survey.DayOf(w.Opens.In(survey.Vietnam)) + 1, Days: 40,
		Level: 0.08 * float64(year-2026), Chances: demoChances}
	for _, a := range agencies {
		w.Agencies = append(w.Agencies, a.Code)
		weight := 1.0
		if a.Kind.IsLocal() {
			weight = communeSize
		}
		crowd.Agencies = append(crowd.Agencies, simulate.Share{Agency: a.Code, Weight: weight})
	}
	if err := b.PutWave(ctx, w); err != nil {
		return err
	}
	if year == demoDrawn {
		if err := b.PutDesign(ctx, w.Code, demoDesign(w.Agencies, n, b.seed)); err != nil {
			return err
		}
	}
	open, err := b.OpenWave(w.Code)
	if err != nil {
		return err
	}
	_, err = b.AppendAll(ctx, w.Code, b.entries(open, crowd))
	return err
}

// demoSpan returns when the wave of a year opens and closes. The last one is open now, whenever now is.
func demoSpan(year int, last bool, now time.Time) (opens, closes time.Time) {
	opens = time.Date(year, 3, 1, 0, 0, 0, 0, survey.Vietnam)
	closes = time.Date(year, 12, 31, 23, 59, 59, 0, survey.Vietnam)
	if !last {
		return opens, closes
	}
	if closes.Before(now.AddDate(0, 0, 14)) {
		later := now.AddDate(0, 3, 0)
		closes = time.Date(later.Year(), later.Month(), later.Day(), 23, 59, 59, 0, survey.Vietnam)
	}
	if latest := now.AddDate(0, 0, -60); opens.After(latest) {
		opens = time.Date(latest.Year(), latest.Month(), latest.Day(), 0, 0, 0, 0, survey.Vietnam)
	}
	return opens, closes
}

// validAgencies returns the agencies of these kinds that exist on the last day of the period, sorted by code.
func (b *builder) validAgencies(ctx context.Context, period survey.Period, kinds []survey.Kind) (valid []survey.Agency, err error) {
	all, err := b.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	_, last := period.Span()
	for _, a := range all {
		for _, k := range kinds {
			if a.Kind == k && a.ValidOn(last) {
				valid = append(valid, a)
			}
		}
	}
	return valid, nil
}

// entries turns a made-up crowd into what the store takes.
func (b *builder) entries(w *survey.OpenWave, crowd simulate.Crowd) iter.Seq2[survey.Entry, error] {
	return func(yield func(survey.Entry, error) bool) {
		i, visit := 0, newDemoVisit(w.Design)
		for r := range simulate.Responses(w.Form, crowd) {
			i++
			b.bar.add(1)
			how, day, mode := circumstances(w.Form, r, crowd, i)
			how.Unit = visit.of(r.Agency).Unit
			s := survey.Submission{Wave: w.Code, Agency: r.Agency, Mode: mode, Answers: r.Answers, Circumstances: how, Key: fmt.Sprintf("demo-%d-%s-%08d", crowd.Seed, crowd.Label, i)}
			if e, err := s.Entry(w, day); !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// scores adds the reform scores of a year for every province that existed at its end.
func (b *builder) scores(ctx context.Context, year int) error {
	period := strconv.Itoa(year)
	f, err := reference.Framework(demoReform, "")
	if err != nil {
		return err
	}
	plan, err := scoring.Compile(f)
	if err != nil {
		return err
	}
	provinces, err := b.validAgencies(ctx, survey.Period(period), []survey.Kind{survey.Province})
	if err != nil {
		return err
	}
	codes := make([]string, len(provinces))
	for i, a := range provinces {
		codes[i] = a.Code
	}
	scores, err := reportedScores(plan, codes, b.seed, period, year)
	if err != nil {
		return err
	}
	return b.PutScores(ctx, f.Code, period, scores)
}

// accounts adds who may sign in.
func (b *builder) accounts(ctx context.Context) error {
	for _, a := range demoAccounts {
		hash, err := web.HashPassword(a.password)
		if err != nil {
			return err
		}
		a.Password = hash
		if _, err := b.PutAccount(ctx, a.Account); err != nil {
			return fmt.Errorf("account %s: %w", a.Login, err)
		}
	}
	return nil
}

// demoChances spread the answers to questions that are no ratings, by question or list of the reference questionnaire.
// They are made up; satisfied people report less trouble and wish for less.
var demoChances = map[string]simulate.Chance{
	"q8_1":        {P: []float64{0.55, 0.45}},
	"q8_2":        {P: []float64{0.80, 0.20}},
	"q8_3":        {P: []float64{0.45, 0.55}},
	"q8_4":        {P: []float64{0.70, 0.30}},
	"q8_5":        {P: []float64{0.35, 0.65}},
	"q8_6":        {P: []float64{0.18, 0.82}},
	"q8_7":        {P: []float64{0.22, 0.78}},
	"harassment":  {P: []float64{0.80, 0.17, 0.03}, Tilt: -0.7},
	"extra_money": {P: []float64{0.84, 0.14, 0.02}, Tilt: -0.7},
	"wish":        {P: []float64{0.06, 0.18, 0.46, 0.30}, Tilt: -0.15},
	"interest":    {P: []float64{0.08, 0.27, 0.45, 0.20}, Tilt: 0.1},
	"fitness":     {P: []float64{0.07, 0.25, 0.48, 0.20}, Tilt: 0.2},
	"comment":     {P: []float64{0.40, 0.20, 0.22, 0.18}},
	"channel":     {P: []float64{0.46, 0.38, 0.30, 0.41, 0.55, 0.68, 0.04}},
	"sex":         {P: []float64{0.49, 0.51}},
	"age":         {P: []float64{0.10, 0.22, 0.34, 0.22, 0.12}},
	"education":   {P: []float64{0.07, 0.21, 0.31, 0.19, 0.21, 0.01}},
	"occupation":  {P: []float64{0.12, 0.12, 0.33, 0.05, 0.20, 0.15, 0.03}},
	"ethnicity":   {P: []float64{0.85, 0.15}},
}
