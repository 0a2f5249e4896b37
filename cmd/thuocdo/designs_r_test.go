package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var designSeed = flag.String("r-seed", "2026", "seed of the surveys that R and this program are compared on")

// TestDesignsAgreeWithRWhereItIsInstalled makes surveys up under some thirty designs, weightings and kinds of replicates, has R's
// survey package and this program compute the same, and compares every estimate and error.
func TestDesignsAgreeWithRWhereItIsInstalled(t *testing.T) {
	if testing.Short() {
		t.Skip("runs R: left out with -short")
	}
	if exec.Command("Rscript", "-e", "library(survey)").Run() != nil {
		t.Skip("R with its package survey is not installed (apt-get install r-cran-survey)")
	}
	t.Parallel()
	script, err := filepath.Abs(filepath.Join("testdata", "designs.R"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c := exec.Command("Rscript", script, *designSeed)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("R: %v\n%s", err, out)
	}
	compareWithR(t, dir)
}

func compareWithR(t *testing.T, dir string) {
	t.Helper()
	want := readCSV(t, filepath.Join(dir, "want.csv"))
	got, cells := map[string][][]string{}, 0
	for _, w := range want {
		args := w[0]
		if got[args] == nil {
			got[args] = runEstimate(t, dir, args)
		}
		for _, r := range got[args][1:] {
			first := 0
			if strings.Contains(args, "--by ") {
				if first = 1; r[0] != w[1] {
					continue
				}
			}
			sameNumber(t, args+" "+w[1]+" estimate", r[first+3], w[2])
			sameNumber(t, args+" "+w[1]+" se", r[first+4], w[3])
			cells += 2
		}
	}
	if cells != 2*len(want) || cells < 400 {
		t.Errorf("%d figures compared, want %d", cells, 2*len(want))
	}
}

func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// runEstimate runs the command in a folder: file names in the arguments are put into it.
func runEstimate(t *testing.T, dir, args string) [][]string {
	t.Helper()
	list := strings.Fields("estimate " + args)
	for i, a := range list {
		if strings.HasSuffix(a, ".csv") {
			parts := strings.Split(a, ",")
			for k := range parts {
				parts[k] = filepath.Join(dir, parts[k])
			}
			list[i] = strings.Join(parts, ",")
		}
	}
	var out, talk bytes.Buffer
	if code := run(context.Background(), list, nil, strings.NewReader(""), &out, &talk); code != 0 {
		t.Fatalf("%s: exit %d: %s", args, code, talk.String())
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// sameNumber compares to 1e-9 relative; where R has no number there is none here.
func sameNumber(t *testing.T, what, got, want string) {
	t.Helper()
	w, err := strconv.ParseFloat(want, 64)
	if err != nil || math.IsNaN(w) {
		if got != "" {
			t.Errorf("%s: %s, R has %s", what, got, want)
		}
		return
	}
	if g, err := strconv.ParseFloat(got, 64); err != nil || !(math.Abs(g-w) <= 1e-9*math.Abs(w)+1e-12) {
		t.Errorf("%s: %s, R has %s", what, got, want)
	}
}
