package labelled_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"thuocdo/data/labelled"
	"thuocdo/survey/dataset"
)

func mustWrite(tb testing.TB, format string, f *labelled.File) []byte {
	tb.Helper()
	w, ok := labelled.Find(format)
	if !ok {
		tb.Fatalf("there is no format %s", format)
	}
	var b bytes.Buffer
	check(tb, w.Write(&b, f))
	return b.Bytes()
}

func mustFile(tb testing.TB, format string, f *labelled.File) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "x."+format)
	check(tb, os.WriteFile(path, mustWrite(tb, format, f), 0o600))
	return path
}

// cutAt shortens to so many bytes as the formats do: between characters, with a mark.
func cutAt(most int) func(string) string {
	return func(s string) string {
		if len(s) <= most {
			return s
		}
		n := most - len("…")
		for !utf8.RuneStart(s[n]) {
			n--
		}
		return s[:n] + "…"
	}
}

var underscored = strings.NewReplacer(":", "_").Replace

func ofSAV() flavour {
	return flavour{name: underscored, label: cutAt(255), value: cutAt(120), text: asIs, missing: codeOf,
		reasons: func(v *labelled.Variable) bool { return v.Numeric() && v.Kind != labelled.Date }}
}

// codeOf is the number that stands for a missing value; dates have none.
func codeOf(v *labelled.Variable, m dataset.Missing) string {
	if v.Kind == labelled.Date {
		return "."
	}
	n := v.NoAnswer
	if m == dataset.NotAsked {
		n = v.NotAsked
	}
	return digits(float64(n))
}

// kinds are the data sets that every format is tried with.
func kinds(tb testing.TB) map[string]*labelled.File {
	tb.Helper()
	return map[string]*labelled.File{
		"texts":    mustTape(tb, "vi", dataset.Options{Texts: true}, nil),
		"weighted": mustTape(tb, "vi", dataset.Options{}, drawn()),
		"english":  mustTape(tb, "en", dataset.Options{Texts: true}, nil),
	}
}

func TestASystemFileHoldsWhatWasWritten(t *testing.T) {
	t.Parallel()
	for name, f := range kinds(t) {
		got, weight := readSAV(t, mustWrite(t, "sav", f))
		same(t, name, got, expected(t, f, ofSAV()))
		if want := map[string]string{"weighted": "svy_final"}[name]; weight != want {
			t.Errorf("%s is weighted by %q, want %q", name, weight, want)
		}
	}
}

// read runs a program on a file of each data set and compares what it prints with what was written. The test is skipped where the
// program is not there.
func read(t *testing.T, format string, how flavour, want func(*testing.T, *labelled.File, flavour) dump, command ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts another program")
	}
	files := kinds(t)
	paths := map[string]string{}
	for name, f := range files {
		path := mustFile(t, format, f)
		paths[path] = name
		command = append(command, path)
	}
	out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).Output()
	if exit := new(exec.ExitError); errors.Is(err, exec.ErrNotFound) || errors.As(err, &exit) && exit.ExitCode() == missingReader {
		t.Skipf("%s is not installed, or not with what it takes: see the head of %s", command[0], command[1])
	}
	if err != nil {
		t.Fatalf("%v: %v", command, err)
	}
	got, name := map[string]dump{}, ""
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSuffix(line, "\n")
		if path, ok := strings.CutPrefix(line, "F\t"); ok {
			name = paths[path]
			continue
		}
		got[name] = append(got[name], line)
	}
	for name, f := range files {
		same(t, name, got[name], want(t, f, how))
	}
}

// missingReader is how the scripts end where their library is not installed.
const missingReader = 77

func TestRReadsTheSystemFile(t *testing.T) {
	t.Parallel()
	read(t, "sav", ofSAV(), expected, "Rscript", "testdata/haven.R")
}
