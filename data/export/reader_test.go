package export_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"thuocdo/scoring"
	"thuocdo/scoring/report"
)

func TestAJSONStatFileFitsTheRulesOfItsStandard(t *testing.T) {
	t.Parallel()
	rules, err := os.ReadFile("testdata/json-stat-2.0.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(rules))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("rules.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("rules.json")
	if err != nil {
		t.Fatal(err)
	}
	validate := func(file string) error {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(doc)
	}
	file := string(mustCubeFile(t, "json-stat", mustCube(t)))
	if err := validate(file); err != nil {
		t.Error(err)
	}
	for _, broken := range [][2]string{{`"class":"dataset"`, `"class":"bundle"`}, {`"version":"2.0"`, `"version":"1.3"`}, {`"decimals":2`, `"decimals":"2"`}, {`"role":{`, `"role":{"place":[],`},
		{`"value":[`, `"value":["x",`}, {`"status":{`, `"status":{"-1":"x",`}, {`"index":["`, `"index":[1,"`}} {
		if changed := strings.Replace(file, broken[0], broken[1], 1); changed == file || validate(changed) == nil {
			t.Errorf("%s in the place of %s is taken", broken[1], broken[0])
		}
	}
}

func TestPandasReadsTheSDMXFile(t *testing.T) {
	t.Parallel()
	c := mustCube(t)
	got := readBy(t, mustCubeFile(t, "sdmx-csv", c), python(), "testdata/sdmx_csv.py")
	var want []string
	eachCell(c, func(at []int, x report.Datum) {
		if x.Void {
			return
		}
		value, status := "", "O"
		switch {
		case x.Known:
			value, status = fmt.Sprint(x.Value), "P" // the survey is open
		case x.Why == scoring.WithheldGap:
			status = "Q"
		}
		indicator := strings.ReplaceAll(c.Dimensions[2].Items[at[2]].Code, ".", "_")
		want = append(want, strings.Join([]string{"D", "S", c.Dimensions[1].Items[at[1]].Code, indicator, strings.ToUpper(c.Dimensions[3].Items[at[3]].Code), "2026-S1", value, status}, "\t"))
	})
	sameLines(t, got, want)
}

// python is Debian's own, which has Debian's packages, where there is one.
func python() string {
	if _, err := exec.LookPath("/usr/bin/python3"); err == nil {
		return "/usr/bin/python3"
	}
	return "python3"
}

// readBy runs a program on a file and returns the lines that it prints. The test is skipped where the program, or what it takes, is missing.
func readBy(t *testing.T, file []byte, command ...string) []string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts another program")
	}
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), command[0], append(command[1:], path)...).Output()
	exit := new(exec.ExitError)
	if errors.Is(err, exec.ErrNotFound) || errors.As(err, &exit) && exit.ExitCode() == 77 {
		t.Skipf("%s is not installed, or not with what it takes: see the head of %s", command[0], command[1])
	}
	if err != nil {
		t.Fatalf("%v: %v: %s", command, err, exit.Stderr)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

func sameLines(t *testing.T, got, want []string) {
	t.Helper()
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("not read: %q", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("read and not written: %q", line)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
}

// eachCell visits the cells of a cube, the last dimension fastest.
func eachCell(c *report.Cube, visit func(at []int, x report.Datum)) {
	cells := 1
	for _, d := range c.Dimensions {
		cells *= len(d.Items)
	}
	for i := range cells {
		at := make([]int, len(c.Dimensions))
		for d, rest := len(at)-1, i; d >= 0; d-- {
			at[d], rest = rest%len(c.Dimensions[d].Items), rest/len(c.Dimensions[d].Items)
		}
		visit(at, c.At(at))
	}
}

// The toolkit is that of the people of JSON-stat.
func TestTheJSONStatToolkitReadsWhatWasWritten(t *testing.T) {
	t.Parallel()
	c := mustCube(t)
	sameLines(t, readBy(t, mustCubeFile(t, "json-stat", c), "node", "../readers/jsonstat.mjs"), cubeLines(c))
}

// cubeLines is what a reader of a cube finds: labels, roles, units, and each value or why it is not known.
func cubeLines(c *report.Cube) (list []string) {
	say := func(cells ...string) { list = append(list, strings.Join(cells, "\t")) }
	say("T", c.Title.In("vi")+" – "+c.Period)
	for _, n := range c.Notes {
		if text := n.In("vi"); text != "" {
			say("N", strings.ReplaceAll(text, "\n", " "))
		}
	}
	for _, d := range c.Dimensions {
		role := string(d.Role)
		if d.Role == report.Plain {
			role = "classification" // what the toolkit calls a dimension without a role
		}
		say("V", d.Code, role, d.Label.In("vi"))
		for _, x := range d.Items {
			label := x.Label.In("vi")
			if label == "" {
				label = x.Code
			}
			say("L", d.Code, x.Code, label)
			if d.Role == report.Metric {
				say("U", d.Code, x.Code, x.Unit.In("vi"), strconv.Itoa(x.Decimals))
			}
		}
	}
	eachCell(c, func(at []int, x report.Datum) {
		codes, value, status := make([]string, len(at)), "", x.Why.String()
		for d, i := range at {
			codes[d] = c.Dimensions[d].Items[i].Code
		}
		if x.Known {
			value, status = fmt.Sprint(x.Value), ""
		}
		say(append(append([]string{"D"}, codes...), value, status)...)
	})
	return list
}
