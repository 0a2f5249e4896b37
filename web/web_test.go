package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

// fakeStore is a store in memory with one open wave. Tests change its fields before the server starts.
type fakeStore struct {
	standing.Source
	mu       sync.Mutex
	waves    []survey.Wave
	agencies []survey.Agency
	accounts []account.Account
	sessions map[string][]byte
	ready    error
}

var testNow = time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)

func newFakeStore() *fakeStore {
	return &fakeStore{
		waves: []survey.Wave{{
			Code: "sipas-2026", Title: phrase.VI("Khảo sát hài lòng 2026", "Satisfaction survey 2026"),
			Period: "2026", Opens: testNow.AddDate(0, -1, 0), Closes: testNow.AddDate(0, 1, 0), Agencies: []string{"01"},
		}},
		agencies: []survey.Agency{{Code: "01", Kind: survey.Province, Name: phrase.VI("Thành phố Hà Nội", "Hà Nội City")}},
		sessions: map[string][]byte{},
	}
}

func (f *fakeStore) Append(context.Context, survey.Entry) (bool, error) { return false, survey.ErrBusy }
func (f *fakeStore) Waves(context.Context) ([]survey.Wave, error)       { return f.waves, nil }
func (f *fakeStore) Agencies(context.Context) ([]survey.Agency, error)  { return f.agencies, nil }
func (f *fakeStore) Agency(_ context.Context, code string) (survey.Agency, error) {
	for _, a := range f.agencies {
		if a.Code == code {
			return a, nil
		}
	}
	return survey.Agency{}, survey.ErrUnknownAgency
}
func (f *fakeStore) Successions(context.Context) ([]survey.Succession, error) { return nil, nil }
func (f *fakeStore) Frameworks(context.Context) ([]*scoring.Framework, error) { return nil, nil }
func (f *fakeStore) Periods(context.Context, string) ([]survey.Period, error) { return nil, nil }
func (f *fakeStore) Counted(context.Context, [16]byte) (string, bool, error)  { return "", false, nil }
func (f *fakeStore) Ready(context.Context) error                              { return f.ready }

func (f *fakeStore) AccountByLogin(_ context.Context, login string) (account.Account, error) {
	for _, a := range f.accounts {
		if a.Login == login {
			return a, nil
		}
	}
	return account.Account{}, account.ErrUnknown
}

func (f *fakeStore) AccountByID(_ context.Context, id int64) (account.Account, error) {
	for _, a := range f.accounts {
		if a.ID == id {
			return a, nil
		}
	}
	return account.Account{}, account.ErrUnknown
}

func (f *fakeStore) FindCtx(_ context.Context, token string) ([]byte, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, ok := f.sessions[token]
	return b, ok, nil
}

func (f *fakeStore) CommitCtx(_ context.Context, token string, b []byte, _ time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sessions[token] = b
	return nil
}

func (f *fakeStore) DeleteCtx(_ context.Context, token string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.sessions, token)
	return nil
}

func mustServer(tb testing.TB, store Store) *Server {
	tb.Helper()
	s, err := New(Config{Version: "test", Now: func() time.Time { return testNow }}, store)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func get(s *Server, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	return w
}

func TestHomeOffersTheOpenWave(t *testing.T) {
	t.Parallel()
	s := mustServer(t, newFakeStore())
	for _, c := range []struct{ target, want string }{
		{"/", "Khảo sát hài lòng 2026"},
		{"/?lang=en", "Satisfaction survey 2026"},
	} {
		if w := get(s, c.target); w.Code != http.StatusOK || !contains(w, c.want) {
			t.Errorf("%s: %d without %q", c.target, w.Code, c.want)
		}
	}
}

func contains(w *httptest.ResponseRecorder, s string) bool {
	return strings.Contains(w.Body.String(), s)
}

func (f *fakeStore) OpenWave(code string) (*survey.OpenWave, error) {
	for _, w := range f.waves {
		if w.Code == code {
			return survey.NewOpenWave(w, sipasForm), nil
		}
	}
	return nil, survey.ErrUnknownWave
}

var sipasForm = mustSIPAS()

func mustSIPAS() *survey.Form {
	qs, err := reference.Questionnaires()
	if err != nil {
		panic(err)
	}
	f, err := survey.Compile(qs[0])
	if err != nil {
		panic(err)
	}
	return f
}
