package web

import (
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/reference"
	"thuocdo/data/tabular"
	"thuocdo/scoring"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/simulate"
)

// poll has n people answer a wave about an agency.
func poll(tb testing.TB, st *data.Store, wave, agency string, n int) {
	tb.Helper()
	w, err := st.OpenWave(wave)
	must(tb, err)
	crowd := simulate.Crowd{Seed: 1, Label: wave + agency, N: n, First: survey.DayOf(testNow) - 20, Days: 10, Agencies: []simulate.Share{{Agency: agency, Weight: 1}}}
	_, err = st.AppendAll(tb.Context(), wave, entries(w, crowd))
	must(tb, err)
}

func entries(w *survey.OpenWave, crowd simulate.Crowd) iter.Seq2[survey.Entry, error] {
	return func(yield func(survey.Entry, error) bool) {
		i := 0
		for r := range simulate.Responses(w.Form, crowd) {
			i++
			s := survey.Submission{Wave: w.Code, Agency: r.Agency, Mode: r.Mode, Answers: r.Answers, Key: fmt.Sprintf("figures-%s-%08d", crowd.Label, i)}
			if !yield(s.Entry(w, r.Day)) {
				return
			}
		}
	}
}

// reform gives three provinces appraised scores: every leaf of the reform index that takes points half its maximum, less
// a little for each further province. The last province lacks one leaf.
func reform(tb testing.TB, st *data.Store, period string) {
	tb.Helper()
	f, err := reference.Framework("par-index-province", "")
	must(tb, err)
	must(tb, st.PutFramework(tb.Context(), f))
	plan, err := scoring.Compile(f)
	must(tb, err)
	scores := map[string]map[string]scoring.LeafInput{}
	for i, agency := range []string{"01", "48", "79"} {
		scores[agency] = map[string]scoring.LeafInput{}
		for _, n := range plan.Nodes() {
			if n.Leaf < 0 || n.Source == "index" || i == 2 && n.Code == "1.1.1" {
				continue
			}
			x := n.MaxPoints * (0.5 + 0.1*float64(2-i))
			scores[agency][n.Code] = scoring.LeafInput{Appraised: &x}
		}
	}
	must(tb, st.PutScores(tb.Context(), f.Code, period, scores))
}

// mustFigures serves a store with a closed wave "dong" (01: 60 answers, 48: 25, 79: 3, 01-a: 9, 01-b: none), an open wave
// "mo" (01: 40) and reform scores of the closed year.
func mustFigures(tb testing.TB) (*Server, *data.Store) {
	tb.Helper()
	st := mustStore(tb, testNow)
	for agency, n := range map[string]int{"01": 60, "48": 25, "79": 3, "01-a": 9} {
		poll(tb, st, "dong", agency, n)
	}
	poll(tb, st, "mo", "01", 40)
	reform(tb, st, "2025")
	return mustServerWith(tb, Config{Formats: export.Formats}, st), st
}

// cells reads the rows of the first table below id: texts without what only screen readers hear.
func cells(a answer, class string) (rows [][]string) {
	for n := range a.doc.Descendants() {
		if n.Data == "table" && strings.Contains(attr(n, "class"), class) {
			for tr := range n.Descendants() {
				if tr.Data != "tr" {
					continue
				}
				var row []string
				for c := tr.FirstChild; c != nil; c = c.NextSibling {
					if c.Data == "td" || c.Data == "th" {
						row = append(row, strings.Join(strings.Fields(visible(c)), " "))
					}
				}
				rows = append(rows, row)
			}
			return rows
		}
	}
	return nil
}

func visible(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	if n.Data == "small" || strings.Contains(attr(n, "class"), "hidden-text") {
		return ""
	}
	var s string
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s += visible(c)
	}
	return s
}

// drawn returns the names and values of a chart, row by row.
func drawn(a answer, class string) (rows [][2]string) {
	var name string
	for n := range a.doc.Descendants() {
		if n.Data != "svg" || !strings.Contains(attr(n, "class"), class) {
			continue
		}
		for t := range n.Descendants() {
			switch {
			case t.Data == "text" && attr(t, "class") == "name":
				name = text(t)
			case t.Data == "text" && attr(t, "class") == "value":
				rows = append(rows, [2]string{name, text(t)})
			}
		}
	}
	return rows
}

func standingOf(tb testing.TB, st *data.Store, framework, period, method string) *standing.Standing {
	tb.Helper()
	s, err := standing.Assemble(tb.Context(), st, standing.Query{Framework: framework, Period: period, Method: method})
	must(tb, err)
	return s
}

func TestEveryNumberOfTheRankingIsScorings(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	b := newBrowser(t, s)
	for _, c := range []struct{ framework, method string }{{"sipas", ""}, {"sipas", "share-pooled"}, {"sipas", "mean-factors"}, {"par-index-province", ""}} {
		want := standingOf(t, st, c.framework, "2025", c.method)
		for _, lang := range []string{"vi", "en"} {
			a := b.get("/xep-hang/" + c.framework + "/2025?cach-tinh=" + c.method + "&lang=" + lang)
			w := figures{s.book.In(lang), 2}
			rows := cells(a, "ranking")
			found := 0
			for _, r := range want.Outcome.Results {
				name := want.Units[r.Unit].Name.In(lang)
				i := slices.IndexFunc(rows, func(row []string) bool { return len(row) > 1 && row[1] == name })
				if i < 0 {
					if r.Group == want.Outcome.Groups[0].Group {
						t.Errorf("%s: %s is not in the table", c.framework, name)
					}
					continue
				}
				found++
				line := " " + strings.Join(rows[i], " ") + " "
				for _, k := range columns(want.Plan) {
					if n := r.Nodes[k]; n.Known && n.N >= 5 && !strings.Contains(line, " "+w.points(n)+" ") {
						t.Errorf("%s %s: %s has %s = %v, the row says %q", c.framework, lang, name, want.Plan.Nodes()[k].Code, n.Points, line)
					}
				}
				if got := rows[i][2]; got != or(w.points(r.Total), "–") {
					t.Errorf("%s %s: %s has %v, the row says %q", c.framework, lang, name, r.Total.Points, got)
				}
				if r.Rank > 0 && rows[i][0] != fmt.Sprint(r.Rank) {
					t.Errorf("%s: %s has rank %d, the row says %q", c.framework, name, r.Rank, rows[i][0])
				}
			}
			if found == 0 {
				t.Errorf("%s: no row found in %v", c.framework, rows)
			}
		}
	}
}

func TestChartsSayWhatTheirTableSays(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	b := newBrowser(t, s)
	for _, target := range []string{"/xep-hang/sipas/2025", "/xep-hang/par-index-province/2025", "/xep-hang/sipas/2025?sap-xep=co-quan"} {
		a := b.get(target)
		rows := cells(a, "ranking")[1:]
		for _, class := range []string{"chart-wide", "chart-narrow"} {
			got := drawn(a, class)
			if len(got) != len(rows) {
				t.Fatalf("%s: %s has %d rows, the table %d", target, class, len(got), len(rows))
			}
			for i := range rows {
				if got[i] != [2]string{rows[i][1], rows[i][2]} {
					t.Errorf("%s: %s row %d is %q, the table has %q", target, class, i, got[i], rows[i][1:3])
				}
			}
		}
	}
}

func TestEveryWayOutHasTheSameNumbers(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	b := newBrowser(t, s)
	want := standingOf(t, st, "sipas", "2025", "")
	var doc rankingDocument
	must(t, json.Unmarshal([]byte(b.get("/api/v1/indexes/sipas/2025/ranking").body), &doc))
	csv := readFile(t, b.get("/xep-hang/sipas/2025/tai-ve.csv"))
	xlsx := readFile(t, b.get("/xep-hang/sipas/2025/tai-ve.xlsx"))
	var table struct{ Rows []map[string]any }
	must(t, json.Unmarshal([]byte(b.get("/xep-hang/sipas/2025/tai-ve.json").body), &table))
	score := slices.Index(csv[0], "score")
	for i, r := range want.Outcome.Results {
		if doc.Results[i].Agency != r.Unit || csv[i+1][slices.Index(csv[0], "agency")] != r.Unit {
			t.Fatalf("row %d is of %s and %s, want %s", i, doc.Results[i].Agency, csv[i+1], r.Unit)
		}
		if !r.Total.Known {
			if doc.Results[i].Points != nil || cell(csv[i+1], score) != "" || cell(xlsx[i+1], score) != "" || table.Rows[i]["score"] != nil {
				t.Errorf("%s has no score, but a file has one", r.Unit)
			}
			continue
		}
		exact := fmt.Sprint(r.Total.Points)
		if fmt.Sprint(*doc.Results[i].Points) != exact || csv[i+1][score] != exact || fmt.Sprint(table.Rows[i]["score"]) != exact {
			t.Errorf("%s: %s; API %v, CSV %s, JSON %v", r.Unit, exact, *doc.Results[i].Points, csv[i+1][score], table.Rows[i]["score"])
		}
		if got := xlsx[i+1][score]; !strings.HasPrefix(exact, got[:min(len(got), 13)]) { // workbooks keep 15 digits
			t.Errorf("%s: %s; XLSX %s", r.Unit, exact, got)
		}
	}
}

func cell(row []string, i int) string {
	if i < len(row) {
		return row[i]
	}
	return ""
}

func readFile(tb testing.TB, a answer) (rows [][]string) {
	tb.Helper()
	if a.StatusCode != http.StatusOK || !strings.Contains(a.Header.Get("Content-Disposition"), "attachment; filename=") {
		tb.Fatalf("%d, %q", a.StatusCode, a.Header.Get("Content-Disposition"))
	}
	for r, err := range tabular.Rows(tb.Context(), strings.NewReader(a.body), tabular.Limits{}) {
		must(tb, err)
		rows = append(rows, slices.Clone(r.Cells))
	}
	return rows
}

func TestColumnsSortWithoutScript(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	b := newBrowser(t, s)
	start := b.get("/xep-hang/sipas/2025")
	for key, column := range map[string]int{"co-quan": 1, "diem": 2, "phieu": 5, "I": 6} {
		link := findLink(start, "sap-xep="+key+"#bang")
		if key == "diem" || link != "" {
			up := b.get(or(link, "/xep-hang/sipas/2025?sap-xep=diem"))
			sorted := sortedColumn(up)
			if len(sorted) != 1 {
				t.Fatalf("%s: aria-sort on %v", key, sorted)
			}
			down := b.get(strings.TrimSuffix(findLink(up, "thu-tu="), "#bang"))
			first, second := cells(up, "ranking")[1:], cells(down, "ranking")[1:]
			known := func(rows [][]string) (out []string) {
				for _, r := range rows {
					if r[column] != "–" {
						out = append(out, r[column])
					}
				}
				return out
			}
			one, two := known(first), known(second)
			slices.Reverse(two)
			if !slices.Equal(one, two) || len(one) == 0 {
				t.Errorf("%s: %v is not the reverse of %v", key, one, two)
			}
			for _, rows := range [][][]string{first, second} {
				dash := false
				for _, r := range rows {
					if dash && r[column] != "–" {
						t.Errorf("%s: what is not known does not come last: %v", key, rows)
					}
					dash = dash || r[column] == "–"
				}
			}
			continue
		}
		t.Errorf("no link sorts by %s", key)
	}
	if a := b.get("/xep-hang/sipas/2025?sap-xep=khong-co&thu-tu=giam&trang=99"); a.body != start.body {
		t.Error("an order that does not exist is not the default one")
	}
}

func findLink(a answer, part string) string {
	for n := range a.doc.Descendants() {
		if n.Data == "a" && strings.Contains(attr(n, "href"), part) {
			return strings.TrimSuffix(attr(n, "href"), "#bang")
		}
	}
	return ""
}

func sortedColumn(a answer) (keys []string) {
	for n := range a.doc.Descendants() {
		if v := attr(n, "aria-sort"); v != "" {
			keys = append(keys, v)
		}
	}
	return keys
}

// clock is a time that a test moves.
type clock struct{ seconds atomic.Int64 }

func (c *clock) now() time.Time { return testNow.Add(time.Duration(c.seconds.Load()) * time.Second) }
func (c *clock) later()         { c.seconds.Add(2) }

func TestPublicFiguresMoveByFiveAnswersAndLiveOnesByOne(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	now := &clock{}
	s := mustServerWith(t, Config{Formats: export.Formats, Now: now.now}, st)
	public, analyst := newBrowser(t, s), signedInAs(t, s, "phantich")
	w, err := st.OpenWave("mo")
	must(t, err)
	var counts []int64
	last := map[string]string{}
	n := 0
	for r := range simulate.Responses(w.Form, simulate.Crowd{Seed: 3, Label: "steps", N: 61, First: survey.DayOf(testNow), Days: 1, Agencies: []simulate.Share{{Agency: "48", Weight: 1}}}) {
		n++
		body, err := json.Marshal(map[string]any{"agency": "48", "mode": "web", "answers": jsonAnswers(w.Form, r.Answers)})
		must(t, err)
		if status, _, got := programmed(t, s, "mo", fmt.Sprintf("steps-000000000%02d", n), string(body)); status != http.StatusCreated {
			t.Fatalf("answer %d: %d %v", n, status, got)
		}
		now.later()
		var doc rankingDocument
		must(t, json.Unmarshal([]byte(public.get("/api/v1/indexes/sipas/2026/ranking?group=province").body), &doc))
		e := doc.Results[slices.IndexFunc(doc.Results, func(e resultEntry) bool { return e.Agency == "48" })]
		counts = append(counts, *e.Responses)
		moved := len(counts) > 1 && counts[n-1] != counts[n-2]
		for _, target := range []string{"/api/v1/indexes/sipas/2026/ranking", "/xep-hang/sipas/2026", "/co-quan/48", "/xep-hang/sipas/2026/tai-ve.csv", "/co-quan/48/tai-ve.json"} {
			body := public.get(target).body
			if before, seen := last[target]; seen && before != body && !moved {
				t.Errorf("%s moved with answer %d although its count stayed at %d", target, n, counts[n-1])
			}
			last[target] = body
		}
		row := rowOf(analyst.get("/quan-tri/xep-hang/sipas/2026"), "Đà Nẵng")
		if !slices.Contains(row, fmt.Sprint(n)) {
			t.Errorf("after %d answers the live row is %q", n, row)
		}
	}
	shown := slices.Compact(slices.Clone(counts))
	if shown[0] != 0 || len(shown) < 4 {
		t.Errorf("public counts %v: want nothing first, then at least three steps", counts)
	}
	for i := 1; i < len(shown); i++ {
		if shown[i]-shown[i-1] < 5 {
			t.Errorf("public counts %v moved by %d", shown, shown[i]-shown[i-1])
		}
	}
}

func jsonAnswers(f *survey.Form, a survey.Answers) map[string]any {
	out := map[string]any{}
	for code, values := range f.Raw(a) {
		if i, _ := f.Index(code); f.Question(i).Type == survey.Multiple {
			out[code] = values
		} else {
			out[code] = values[0]
		}
	}
	return out
}

func rowOf(a answer, name string) []string {
	for _, r := range cells(a, "ranking") {
		if slices.Contains(r, name) {
			return r
		}
	}
	return nil
}

func TestSpreadOfAnswersWaitsForTheEnd(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	public, officer := newBrowser(t, s), signedInAs(t, s, "hanoi")
	for _, c := range []struct {
		who    *browser
		target string
		want   bool
	}{
		{public, "/co-quan/01?ky=2025", true},
		{public, "/co-quan/01", false},
		{officer, "/quan-tri/co-quan/01", true},
	} {
		if got := strings.Contains(c.who.get(c.target).body, "chart-stack"); got != c.want {
			t.Errorf("%s shows how answers spread: %v", c.target, got)
		}
	}
	var file struct{ Rows []map[string]any }
	must(t, json.Unmarshal([]byte(public.get("/co-quan/01/tai-ve.json").body), &file))
	counted := map[any]int{}
	for _, r := range file.Rows {
		if r["n5"] != nil {
			counted[r["period"]]++
		}
	}
	if counted["2026"] != 0 || counted["2025"] == 0 {
		t.Errorf("the file counts levels in %v", counted)
	}
}

func TestStackedBarsHoldTheCountsBesideThem(t *testing.T) {
	t.Parallel()
	s, st := mustFigures(t)
	a := newBrowser(t, s).get("/co-quan/01?ky=2025")
	surveys, err := st.Surveys(t.Context(), "sipas", "2025", standing.Public)
	must(t, err)
	_, counts, ok := surveys.ByAgency["01"].Counts("q9_1")
	if !ok {
		t.Fatal("no counts of q9_1")
	}
	var want []string
	for _, n := range counts {
		want = append(want, fmt.Sprint(n))
	}
	for n := range a.doc.Descendants() {
		if n.Data != "tr" || !strings.HasPrefix(text(n), "Thông tin, giải thích chính sách") {
			continue
		}
		var got []string
		width := 0.0
		for c := range n.Descendants() {
			if strings.Contains(attr(c, "class"), "count") {
				got = append(got, text(c))
			}
			if c.Data == "rect" {
				var w float64
				_, err := fmt.Sscanf(attr(c, "width"), "%f%%", &w)
				must(t, err)
				width += w
			}
		}
		if !slices.Equal(got, want) || width < 99.9 || width > 100.1 {
			t.Errorf("counts %v, want %v; the bar is %.2f %% wide", got, want, width)
		}
		return
	}
	t.Error("the item is not on the page")
}
