package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"thuocdo/data/export"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
)

const cubeFramework = `{"code":"x-1","version":"2023","title":{"vi":"Chỉ số thử"},"kinds":["province"],"period":"half","max_points":100,
 "groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],"rounding":{"display":2},
 "tree":[{"code":"1","title":{"vi":"Một"},"max_points":60,"source":"statistic","rule":{"type":"linear","from":1,"to":100}},
         {"code":"1.1","title":{"vi":"Hai, ba"},"max_points":40,"source":"statistic","rule":{"type":"linear","from":1,"to":100}}]}`

// mustCube is three agencies: one whole, one withheld, one with a part missing.
func mustCube(tb testing.TB) *report.Cube {
	tb.Helper()
	f, err := scoring.Parse([]byte(cubeFramework))
	if err != nil {
		tb.Fatal(err)
	}
	plan, err := scoring.Compile(f)
	if err != nil {
		tb.Fatal(err)
	}
	known := func(x, max float64) scoring.Score { return scoring.Score{Points: x, Max: max, Known: true} }
	gap := func(g scoring.Gap) scoring.Score { return scoring.Score{Gap: g} }
	whole := known(75.25, 100)
	whole.Interval = &scoring.Interval{Low: 70, High: 80.5, SE: 2.5}
	return report.RankingCube(&standing.Standing{Query: standing.Query{Framework: "x-1", Period: "2026-H1"}, Plan: plan, Provisional: true,
		Units: map[string]standing.Unit{"01": {Name: phrase.VI("Hà Nội", "Hanoi")}, "79": {Name: phrase.VI("Thành phố Hồ Chí Minh", "Ho Chi Minh City")}, "x": {}},
		Outcome: &scoring.Outcome{Results: []scoring.Result{
			{Unit: "01", Group: "p", Rank: 1, Of: 1, Total: whole, Nodes: []scoring.Score{known(45.25, 60), known(30, 40)}},
			{Unit: "79", Group: "p", Total: gap(scoring.WithheldGap), Nodes: []scoring.Score{gap(scoring.WithheldGap), gap(scoring.WithheldGap)}},
			{Unit: "x", Group: "p", Total: gap(scoring.Incomplete), Nodes: []scoring.Score{known(-0.5, 60), gap(scoring.NoInput)}}}}})
}

func mustCubeFile(tb testing.TB, name string, c *report.Cube) []byte {
	tb.Helper()
	f, ok := export.FindCube(name)
	if !ok {
		tb.Fatalf("there is no format %s", name)
	}
	var b bytes.Buffer
	if err := f.Write(&b, c, "vi"); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// The rules are those of JSON-stat 2.0 (json-stat.org/format) for a dataset with an array of values.
func TestAJSONStatFileKeepsItsRules(t *testing.T) {
	t.Parallel()
	c := mustCube(t)
	var d struct {
		Version, Class, Label string
		ID                    []string
		Size                  []int
		Role                  map[string][]string
		Dimension             map[string]struct {
			Label    string
			Category struct {
				Index []string
				Label map[string]string
				Unit  map[string]struct {
					Label    string
					Decimals int
				}
			}
		}
		Value  []*float64
		Status map[string]string
	}
	if err := json.Unmarshal(mustCubeFile(t, "json-stat", c), &d); err != nil {
		t.Fatal(err)
	}
	if d.Version != "2.0" || d.Class != "dataset" || d.Label == "" || len(d.ID) != len(d.Size) || len(d.Dimension) != len(d.ID) {
		t.Fatalf("%+v", d)
	}
	cells := 1
	for i, id := range d.ID {
		x, ok := d.Dimension[id]
		if cells *= d.Size[i]; !ok || len(x.Category.Index) != d.Size[i] || len(x.Category.Label) != d.Size[i] || x.Label == "" {
			t.Errorf("dimension %s: %+v, size %d", id, x, d.Size[i])
		}
	}
	for role, list := range d.Role {
		if !slices.Contains([]string{"time", "geo", "metric"}, role) || slices.ContainsFunc(list, func(id string) bool { return !slices.Contains(d.ID, id) }) {
			t.Errorf("role %s of %v", role, list)
		}
	}
	if len(d.Value) != cells {
		t.Fatalf("%d values for %d cells", len(d.Value), cells)
	}
	for at, why := range d.Status {
		if i, err := strconv.Atoi(at); err != nil || i < 0 || i >= cells || d.Value[i] != nil || why == "" {
			t.Errorf("status %q stands at %s", why, at)
		}
	}
	at := func(agency, indicator, measure string) int {
		i := slices.Index(d.Dimension["agency"].Category.Index, agency)
		i = i*d.Size[2] + slices.Index(d.Dimension["indicator"].Category.Index, indicator)
		return i*d.Size[3] + slices.Index(d.Dimension["measure"].Category.Index, measure)
	}
	for _, x := range []struct {
		agency, indicator, measure string
		want                       float64
	}{{"01", "_T", "score", 75.25}, {"01", "_T", "ci_high", 80.5}, {"01", "_T", "rank", 1}, {"01", "1.1", "score", 30}, {"x", "1", "score", -0.5}} {
		if got := d.Value[at(x.agency, x.indicator, x.measure)]; got == nil || *got != x.want {
			t.Errorf("%+v: %v", x, got)
		}
	}
	if i := at("79", "_T", "score"); d.Value[i] != nil || d.Status[strconv.Itoa(i)] != "withheld" {
		t.Errorf("a withheld score is %v, %q", d.Value[i], d.Status[strconv.Itoa(i)])
	}
	if d.Dimension["agency"].Category.Label["01"] != "Hà Nội" || d.Dimension["agency"].Category.Label["x"] != "x" || d.Dimension["measure"].Category.Unit["score"].Decimals != 2 {
		t.Errorf("labels %v, units %v", d.Dimension["agency"].Category.Label, d.Dimension["measure"].Category.Unit)
	}
}

// The rules are those of SDMX-CSV 2.0: the columns before the components, identifiers, a value or a status that says why there is none.
func TestAnSDMXFileKeepsItsRules(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(bytes.NewReader(mustCubeFile(t, "sdmx-csv", mustCube(t)))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	if !slices.Equal(rows[0][:3], []string{"STRUCTURE", "STRUCTURE_ID", "ACTION"}) {
		t.Fatalf("begins with %v", rows[0])
	}
	id, structure := regexp.MustCompile(`^[A-Za-z0-9_@$-]+$`), regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*:[A-Za-z0-9_@$-]+\(\d+\.\d+\.\d+\)$`)
	seen, found := map[string]bool{}, map[string]string{}
	for _, r := range rows[1:] {
		key := ""
		for _, d := range []string{"FREQ", "REF_AREA", "INDICATOR", "MEASURE", "OBS_STATUS", "UNIT_MEASURE"} {
			if !id.MatchString(r[at[d]]) {
				t.Errorf("%s is %q", d, r[at[d]])
			}
		}
		for _, d := range []string{"REF_AREA", "INDICATOR", "MEASURE", "TIME_PERIOD"} {
			key += r[at[d]] + "."
		}
		status := r[at["OBS_STATUS"]]
		if r[0] != "dataflow" || !structure.MatchString(r[1]) || r[2] != "I" || r[at["TIME_PERIOD"]] != "2026-S1" || r[at["FREQ"]] != "S" || seen[key] ||
			(r[at["OBS_VALUE"]] != "") != (status == "P") {
			t.Errorf("%v", r)
		}
		seen[key], found[key] = true, r[at["OBS_VALUE"]]+" "+status
	}
	for key, want := range map[string]string{"01._T.SCORE.2026-S1.": "75.25 P", "01.1_1.SCORE.2026-S1.": "30 P", "79._T.SCORE.2026-S1.": " Q", "x._T.SCORE.2026-S1.": " O",
		"01._T.RANK.2026-S1.": "1 P", "01._T.CI_LOW.2026-S1.": "70 P"} {
		if found[key] != want {
			t.Errorf("%s is %q, want %q", key, found[key], want)
		}
	}
	if _, ok := found["01.1.RANK.2026-S1."]; ok {
		t.Error("a part has a rank")
	}
}

func FuzzCubes(f *testing.F) {
	f.Add("Nguyễn, “A”\n=1", "1.1")
	f.Fuzz(func(t *testing.T, text, code string) {
		c := mustCube(t)
		c.Dimensions[1].Items[0].Label = phrase.Text{"vi": text}
		c.Dimensions[2].Items[0].Code = code
		if !json.Valid(mustCubeFile(t, "json-stat", c)) {
			t.Error("no JSON")
		}
		rows, err := csv.NewReader(bytes.NewReader(mustCubeFile(t, "sdmx-csv", c))).ReadAll()
		if err != nil || len(rows[0]) != 13 {
			t.Errorf("%v: %d columns", err, len(rows[0]))
		}
	})
}
