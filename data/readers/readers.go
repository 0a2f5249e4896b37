// Package readers lets programs of others open, in tests, what thuocdo writes. Nothing of the product uses it.
package readers

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// Office has LibreOffice open files and save them again in a format ("xlsx", "docx"), by name. The test is skipped where LibreOffice is not
// installed; it takes seconds to start, so tests leave it out under -short themselves: make test looks for those that do.
func Office(t *testing.T, format string, files map[string][]byte) map[string][]byte {
	t.Helper()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed: apt-get install libreoffice-calc-nogui libreoffice-writer-nogui")
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "again")
	// A profile of its own: LibreOffice started twice on one hands its files to the first and ends.
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--norestore", "--convert-to", format, "--outdir", out}
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, files[name], 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, office, args...)
	c.Env = append(os.Environ(), "HOME="+dir)
	said, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("LibreOffice: %v\n%s", err, said)
	}
	again := map[string][]byte{}
	for _, name := range names {
		saved := name[:len(name)-len(filepath.Ext(name))] + "." + format
		b, err := os.ReadFile(filepath.Join(out, saved))
		if err != nil {
			t.Fatalf("LibreOffice did not save %s again: %v\n%s", name, err, said)
		}
		again[name] = b
	}
	return again
}
