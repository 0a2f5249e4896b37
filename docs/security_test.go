package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryTestThatSecurityNamesIsThere: a requirement without the test that shows it does not count.
func TestEveryTestThatSecurityNamesIsThere(t *testing.T) {
	t.Parallel()
	there := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		for _, m := range declared.FindAllStringSubmatch(string(b), -1) {
			there[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("security.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w+`).FindAllString(string(b), -1)
	for _, name := range named {
		if !there[name] {
			t.Errorf("there is no %s", name)
		}
	}
	if len(named) < 60 {
		t.Errorf("only %d tests are named", len(named))
	}
}

// TestEveryRequirementHasAState: met, partly, not met, or does not apply; what is met names where and a test or a reason.
func TestEveryRequirementHasAState(t *testing.T) {
	t.Parallel()
	seen, rows := map[string]bool{}, 0
	for _, table := range blocks(t, "security.md") {
		numbers, ok := table.column("nr")
		if !ok {
			continue
		}
		states, _ := table.column("state")
		where, _ := table.column("where")
		for i, n := range numbers {
			rows++
			if seen[n] {
				t.Errorf("%s is there twice", n)
			}
			seen[n] = true
			switch states[i] {
			case "met", "partly", "not met", "n/a":
			default:
				t.Errorf("%s: state %q", n, states[i])
			}
			if where[i] == "" {
				t.Errorf("%s says nothing", n)
			}
		}
	}
	if rows < 100 {
		t.Errorf("%d rows", rows)
	}
}
