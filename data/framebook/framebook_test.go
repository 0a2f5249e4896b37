package framebook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/data/framebook"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// published returns every framework file of the repository.
func published(tb testing.TB) map[string]*scoring.Framework {
	tb.Helper()
	found := map[string]*scoring.Framework{}
	for _, pattern := range []string{"../reference/frameworks/*.json", "template.json", "../../scoring/testdata/*.json"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			tb.Fatalf("%s: %d files, %v", pattern, len(names), err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				tb.Fatal(err)
			}
			f, err := scoring.Parse(data)
			if err != nil {
				tb.Fatalf("%s: %v", name, err)
			}
			found[filepath.Base(name)] = f
		}
	}
	return found
}

func mustWrite(tb testing.TB, f *scoring.Framework) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := framebook.Write(&b, f); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// mustDefine returns the definition as JSON, in which fields left out and empty ones are the same.
func mustDefine(tb interface{ Fatal(...any) }, f *scoring.Framework) string {
	b, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func TestEveryFrameworkComesBackFromItsWorkbookAsItWas(t *testing.T) {
	t.Parallel()
	for name, f := range published(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book := mustWrite(t, f)
			got, err := framebook.Read(t.Context(), bytes.NewReader(book))
			if err != nil {
				var m phrase.Mistakes
				errors.As(err, &m)
				t.Fatalf("%v", err)
			}
			if line := difference(mustDefine(t, f), mustDefine(t, got)); line != "" {
				t.Error(line)
			}
		})
	}
}

// difference returns the first line in which two texts differ.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range max(len(x), len(y)) {
		if i >= len(x) || i >= len(y) || x[i] != y[i] {
			return fmt.Sprintf("line %d:\nwrote %q\nread  %q", i+1, x[min(i, len(x)):min(i+3, len(x))], y[min(i, len(y)):min(i+3, len(y))])
		}
	}
	return ""
}

func TestAnyFrameworkComesBackFromItsWorkbookAsItWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := drawFramework(t)
		if m := scoring.Check(f, nil); len(m) > 0 {
			t.Fatalf("the test draws a wrong framework:\n%v\n%s", m, mustDefine(t, f))
		}
		var book bytes.Buffer
		if err := framebook.Write(&book, f); err != nil {
			t.Fatal(err)
		}
		got, err := framebook.Read(context.Background(), &book)
		if err != nil {
			t.Fatalf("%v\n%s", err, mustDefine(t, f))
		}
		if line := difference(mustDefine(t, f), mustDefine(t, got)); line != "" {
			t.Fatal(line)
		}
	})
}
