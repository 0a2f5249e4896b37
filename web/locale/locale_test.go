package locale

import (
	"os"
	"testing"
	"testing/fstest"
	"time"
)

func MustLoad(tb testing.TB) *Book {
	tb.Helper()
	b, err := Load(os.DirFS("../locales"))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func TestNumbersFollowTheLanguage(t *testing.T) {
	t.Parallel()
	b := MustLoad(t)
	vi, en := b.In("vi"), b.In("en")
	for _, c := range []struct{ got, want string }{
		{vi.Number(86.5, 2), "86,50"},
		{en.Number(86.5, 2), "86.50"},
		{vi.Number(1234.5, 1), "1.234,5"},
		{en.Number(1234.5, 1), "1,234.5"},
		{vi.Number(-0.001, 2), "0,00"},
		{vi.Number(-0.01, 2), "-0,01"},
		{vi.Short(86.5, 2), "86,5"},
		{vi.Short(86, 2), "86"},
		{en.Short(100, 0), "100"},
		{vi.Int(20000), "20.000"},
		{en.Int(20000), "20,000"},
		{vi.Date(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)), "01/07/2026"},
		{en.Date(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)), "1 July 2026"},
		{en.T("home.agencies", 1), "Asks about 1 agency."},
		{en.T("home.agencies", 34), "Asks about 34 agencies."},
		{vi.T("home.agencies", 34), "Hỏi về 34 cơ quan."},
		{vi.T("no.such.key"), "⟦no.such.key⟧"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestAKeyThatOneLanguageLacksIsRefused(t *testing.T) {
	t.Parallel()
	_, err := Load(fstest.MapFS{
		"vi/a.json": {Data: []byte(`{"x":"một","y":"hai"}`)},
		"en/a.json": {Data: []byte(`{"x":"one"}`)},
	})
	if err == nil || err.Error() != `locale: en lacks "y" of vi` {
		t.Errorf("got %v", err)
	}
}

func TestAKeyInTwoFilesIsRefused(t *testing.T) {
	t.Parallel()
	_, err := Load(fstest.MapFS{
		"vi/a.json": {Data: []byte(`{"x":"một"}`)},
		"vi/b.json": {Data: []byte(`{"x":"hai"}`)},
		"en/a.json": {Data: []byte(`{"x":"one"}`)},
	})
	if err == nil {
		t.Error("not refused")
	}
}
