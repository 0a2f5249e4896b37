package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// longRuns are commands that would run for many seconds, with the files they need.
func longRuns(t *testing.T, dir string) map[string][]string {
	t.Helper()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var people, units strings.Builder
	people.WriteString("y,h,psu\n")
	for i := range 40_000 {
		fmt.Fprintf(&people, "%d,%d,%d\n", i*7%5+1, i%20, i%400)
	}
	units.WriteString("uCode,a,b,c,d\n")
	for i := range 400 {
		fmt.Fprintf(&units, "u%d,%d,%d,%d,%d\n", i, i*37%101, i*53%97, i*71%89, i*13%83)
	}
	var list strings.Builder
	list.WriteString("village,house\n")
	for i := range 150_000 {
		fmt.Fprintf(&list, "%d,%d\n", i/3, i)
	}
	data, u := file("people.csv", people.String()), file("units.csv", units.String())
	meta := file("meta.csv", "iCode,Parent,Level,Weight,Direction,Type\na,P,1,1,1,Indicator\nb,P,1,1,1,Indicator\nc,Q,1,1,1,Indicator\nd,Q,1,1,1,Indicator\nP,I,2,1,1,Aggregate\nQ,I,2,1,1,Aggregate\nI,,3,1,1,Aggregate\n")
	spec := file("spec.json", `{"uncertainty":{"n":100000,"vary":[{"what":"weights","noise":0.5},{"what":"aggregate","aggregate":[["amean"],["copeland"]]}]}}`)
	shifts := file("shifts.json", `{"sensitivity":{"n":20000,"vary":[{"what":"weights","noise":0.5},{"what":"aggregate","aggregate":[["copeland"]]}]}}`)
	optimise := file("optimise.json", `{"weights":"optimised","optimise":{"level":1,"correlation":"kendall"},"aggregate":["copeland"]}`)
	build := func(spec string) []string {
		return []string{"compose", "--data", u, "--meta", meta, "--spec", spec, "--out", filepath.Join(dir, "out")}
	}
	return map[string][]string{
		"estimate with replicates": {"estimate", "--data", data, "--var", "y", "--by", "h", "--strata", "h", "--cluster", "psu", "--replicates", "bootstrap", "--reps", "60000", "-o", filepath.Join(dir, "out.csv")},
		"compose, uncertainty":     build(spec), "compose, sensitivity": build(shifts), "compose, optimised weights": build(optimise),
		"sample draw": {"sample", "draw", "--frame", file("list.csv", list.String()), "--stage", "village:srs:40000", "--stage", "house:srs:1", "--seed", "1", "-o", filepath.Join(dir, "out.csv")},
	}
}

func TestLongRunsThatAreInterruptedLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	runs := longRuns(t, dir)
	before := names(t, dir)
	for name, args := range runs {
		for _, after := range []time.Duration{time.Millisecond, 150 * time.Millisecond} {
			if name == "sample draw" && after > time.Millisecond {
				continue // may be done by then
			}
			ctx, stop := context.WithCancel(context.Background())
			time.AfterFunc(after, stop)
			start := time.Now()
			var out, talk bytes.Buffer
			code := run(ctx, args, nil, strings.NewReader(""), &out, &talk)
			stop()
			if code != exitFailed || !strings.Contains(talk.String(), "interrupted") || out.Len() > 0 {
				t.Errorf("%s: exit %d, said %q, wrote %d bytes", name, code, talk.String(), out.Len())
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("%s: stopped only after %v", name, took)
			}
			if got := names(t, dir); got != before {
				t.Errorf("%s: files %s, before %s", name, got, before)
			}
		}
	}
}

func names(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

// A former result survives a run that is interrupted.
func TestAnInterruptedRunKeepsTheFormerResult(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := longRuns(t, dir)["compose, uncertainty"]
	former := filepath.Join(dir, "out")
	if err := os.Mkdir(former, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(former, "log.json"), []byte("former"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	time.AfterFunc(100*time.Millisecond, stop)
	if code := run(ctx, args, nil, strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}); code != exitFailed {
		t.Fatalf("exit %d", code)
	}
	if b, err := os.ReadFile(filepath.Join(former, "log.json")); err != nil || string(b) != "former" || names(t, former) != "log.json" {
		t.Errorf("the former result is now %q (%v)", b, err)
	}
}
