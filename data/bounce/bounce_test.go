package bounce

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"thuocdo/survey/mailing"
)

// Messages as mail servers write them, after the examples of RFC 3464, appendix E, with Vietnamese addresses made up.
func mustFile(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func TestNotificationsNameWhoIsGone(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Found{
		"simple.eml":    {[]string{"khong-co@example.vn"}, 1, 1},
		"several.eml":   {[]string{"goc@example.vn", "moi@example.com"}, 1, 1}, // a delay, a success, a full mailbox and a policy beside it
		"base64.eml":    {[]string{"khong-co@example.vn"}, 1, 1},
		"delayed.eml":   {nil, 1, 1},
		"vacation.eml":  {nil, 1, 0}, // an answer of a person
		"mailbox.mbox":  {[]string{"a@example.vn", "b@example.vn"}, 3, 2},
		"truncated.eml": {nil, 1, 0},
	} {
		got, err := Read(bytes.NewReader(mustFile(t, name)))
		if err != nil || !slices.Equal(got.Gone, want.Gone) || got.Messages != want.Messages || got.Reports != want.Reports {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, want)
		}
	}
	got, err := Read(strings.NewReader(strings.ReplaceAll(string(mustFile(t, "simple.eml")), "\n", "\r\n")))
	if err != nil || len(got.Gone) != 1 {
		t.Errorf("with CRLF: %+v, %v", got, err)
	}
}

func TestWhatIsNoMailboxIsRefusedOrEmpty(t *testing.T) {
	t.Parallel()
	if _, err := Read(strings.NewReader(strings.Repeat("x", fileMax+1))); !errors.Is(err, ErrLarge) {
		t.Errorf("one long line: %v", err)
	}
	if _, err := Read(strings.NewReader(strings.Repeat("From a\nb\n\n", countMax+2))); !errors.Is(err, ErrLarge) {
		t.Errorf("many messages: %v", err)
	}
	for _, s := range []string{"", "\n\n", "PK\x03\x04", "email\nan@example.vn\n"} {
		if got, err := Read(strings.NewReader(s)); err != nil || got.Gone != nil || got.Reports != 0 {
			t.Errorf("%q: %+v, %v", s, got, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil || len(files) == 0 {
		f.Fatal("no files")
	}
	for _, name := range files {
		f.Add(mustFile(f, filepath.Base(name)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		for i, a := range got.Gone {
			if clean, ok := mailing.Clean(a); !ok || clean != a || slices.Contains(got.Gone[:i], a) {
				t.Errorf("address %q", a)
			}
		}
		if got.Reports > got.Messages || len(got.Gone) > 0 && got.Reports == 0 {
			t.Errorf("%+v", got)
		}
	})
}
