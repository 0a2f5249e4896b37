package survey_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"thuocdo/survey"
)

// expressions draws random expressions over the questions of gauge.
type expressions struct{ *rand.Rand }

func (r expressions) pick(list ...string) string { return list[r.IntN(len(list))] }

func (r expressions) number(depth int) string {
	if depth == 0 {
		return r.pick("${n}", "${n2}", "${r}", "0", "2", "-1.5", ".25", "1000000", "${t}", "${u}", "'12'", "${d}", "1e", "3")
	}
	a, b := r.number(depth-1), r.number(depth-1)
	switch r.IntN(14) {
	case 0, 1, 2, 3:
		return "(" + a + r.pick(" + ", " - ", " * ", " div ", " mod ") + b + ")"
	case 4:
		return "-" + a
	case 5:
		return r.pick("abs", "int", "floor", "ceiling", "sqrt", "number", "round", "once") + "(" + a + ")"
	case 6:
		return "round(" + a + ", " + r.pick("0", "1", "2", "-1", "${n}", "20") + ")"
	case 7:
		return "pow(" + a + ", " + r.pick("2", "-1", "3", "0.5", "0", "${n2}") + ")"
	case 8:
		return r.pick("min", "max", "sum", "count-non-empty") + "(" + a + ", " + b + ", " + r.text(depth-1) + ")"
	case 9:
		return "string-length(" + r.text(depth-1) + ")"
	case 10:
		return "count-selected(" + r.pick("${m}", r.text(depth-1)) + ")"
	case 11:
		return "decimal-date-time(" + r.day(depth-1) + ")"
	case 12:
		return "if(" + r.condition(depth-1) + ", " + a + ", " + b + ")"
	}
	return "(" + r.day(depth-1) + " - " + r.day(depth-1) + ")"
}

func (r expressions) text(depth int) string {
	if depth == 0 {
		return r.pick("${t}", "${u}", "${s}", "${m}", "${d}", "${n}", "''", "'a'", "'ế'", "'e\u0302\u0301'", "'2026-05-31'", "${yn}", "${w}")
	}
	a, b := r.text(depth-1), r.text(depth-1)
	switch r.IntN(13) {
	case 0:
		return "concat(" + a + ", " + b + ")"
	case 1:
		return "join(" + r.pick("' '", "''", "', '") + ", " + a + ", " + b + ")"
	case 2:
		return "substr(" + a + ", " + r.number(depth-1) + ")"
	case 3:
		return "substr(" + a + ", " + r.pick("0", "1", "-2", "${n}") + ", " + r.number(depth-1) + ")"
	case 4:
		return r.pick("substring-before", "substring-after") + "(" + a + ", " + b + ")"
	case 5:
		return "translate(" + a + ", " + b + ", " + r.text(depth-1) + ")"
	case 6:
		return r.pick("normalize-space", "string", "once") + "(" + a + ")"
	case 7:
		return "selected-at(" + r.pick("${m}", a) + ", " + r.pick("0", "1", "${n}") + ")"
	case 8:
		return "coalesce(" + a + ", " + b + ", " + r.number(depth-1) + ")"
	case 9:
		return "if(" + r.condition(depth-1) + ", " + a + ", " + b + ")"
	case 10:
		return "format-date(" + r.day(depth-1) + ", '" + r.pick("%d/%m/%Y", "%e.%n.%y", "ngày %d") + "')"
	case 11:
		return "string(" + r.number(depth-1) + ")"
	}
	return "jr:choice-name(" + r.pick("${s}", "${m}", a) + ", '${" + r.pick("s", "m", "r") + "}')"
}

func (r expressions) day(depth int) string {
	if depth == 0 {
		return r.pick("${d}", "${d2}", "today()", "date('2026-05-31')", "date(${t})")
	}
	return "date(" + r.pick(r.day(depth-1), r.number(depth-1), r.day(depth-1)+" + "+r.pick("1", "${n}", "-365")) + ")"
}

func (r expressions) condition(depth int) string {
	if depth == 0 {
		return r.pick("${yn} = 'yes'", "selected(${m}, 'a')", "${n} > 2", "${d} < '2026-01-01'", "${t} = ''", "true()", "${r} >= 4", "${n} = ${n2}", "${u} != ${t}")
	}
	switch r.IntN(9) {
	case 0:
		return "(" + r.condition(depth-1) + r.pick(" and ", " or ") + r.condition(depth-1) + ")"
	case 1:
		return "not(" + r.condition(depth-1) + ")"
	case 2:
		return r.pick("contains", "starts-with", "ends-with", "selected") + "(" + r.pick("${t}", "${m}", "${u}") + ", " + r.text(depth-1) + ")"
	case 3:
		return "regex(" + r.text(depth-1) + ", '" + r.pick("[a-z]+", "\\d{1,3}", ".*ế.*", "(?i)A|b c", "[^a]\\s?x?", "\\p{L}+") + "')"
	case 4:
		return r.pick("boolean", "boolean-from-string") + "(" + r.text(depth-1) + ")"
	case 5:
		return r.day(depth-1) + r.pick(" = ", " < ", " >= ") + r.day(depth-1)
	case 6:
		return "(" + r.text(depth-1) + r.pick(" = ", " != ") + r.text(depth-1) + ")"
	}
	return "(" + r.number(depth-1) + r.pick(" = ", " != ", " < ", " <= ", " > ", " >= ") + r.number(depth-1) + ")"
}

// gauge is a form of one screen whose last questions carry an expression of each kind; ok is false for one that is refused.
func gauge(r expressions) (f *survey.Form, src [4]string, ok bool) {
	depth := r.IntN(4)
	src = [4]string{r.pick(r.number(depth), r.text(depth), r.day(depth), r.condition(depth)), r.condition(depth), r.condition(depth), r.pick("in = ${s}", "name = 'w1' or "+r.condition(0))}
	q := asked(survey.Question{Code: "n2", Type: survey.Number}, survey.Question{Code: "u", Type: survey.FreeText},
		survey.Question{Code: "d", Type: survey.Date}, survey.Question{Code: "d2", Type: survey.Date},
		survey.Question{Code: "w", Type: survey.Single, List: "wards", ChoiceFilter: src[3]},
		survey.Question{Code: "calc", Type: survey.Calculate, Calculation: src[0]},
		survey.Question{Code: "after", Type: survey.FreeText, Relevant: src[1], Constraint: src[2] + " or . = ${calc}"},
		survey.Question{Code: "next", Type: survey.YesNo, Relevant: "${after} = '' or ${calc} = ''"})
	q.Lists["wards"] = []survey.Choice{{Code: "w1", Text: vi("W1"), Attributes: map[string]string{"in": "a"}}, {Code: "w2", Text: vi("W2"), Attributes: map[string]string{"in": "b"}}}
	q.Pages = q.Pages[:1]
	if r.IntN(3) == 0 { // all on one screen, the second page with a rule of its own
		all := q.Pages[0].Blocks[0].Questions
		n := len(all) - 1 - r.IntN(4)
		q.Layout, q.Pages[0].Blocks[0].Questions = survey.OnePage, all[:n]
		q.Pages = append(q.Pages, survey.Page{Code: "second", Title: vi("2"), Relevant: r.condition(r.IntN(2)), Blocks: []survey.Block{{Questions: all[n:]}}})
	}
	f, err := survey.Compile(q)
	if err != nil {
		return nil, src, false
	}
	return f.On(20604), src, true
}

// given draws what people type.
func given(r expressions) map[string][]string {
	raw := map[string][]string{}
	for code, values := range map[string][]string{
		"yn": {"", "yes", "no"}, "s": {"", "a", "b", "c"}, "m": {"", "a", "a b", "b c", "a b c"}, "r": {"", "1", "4", "5"},
		"n": {"", "0", "5", "-2,5", " 1e2 ", "0.1", "1e21", "1e-7", "x", "123456789012345680000", "\u00a07"}, "n2": {"", "3", "0", "0,1", "-4"},
		"t": {"", "a", " ế ", "e\u0302\u0301", "a\r\nb", "12", "2026-05-31", "Được 🙂", "x\u200ey", "\ufeffa\u0085b", "A B"}, "u": {"", "a b", "bả\u0309", "30"},
		"d": {"", "31/5/2026", "2024-02-29", "29/2/2023", "1-1-1970", "9.9.1999"}, "d2": {"", "01/06/2026", "31/12/1000"},
		"w": {"", "w1", "w2"}, "after": {"", "a", "7", "ế"},
	} {
		raw[code] = []string{values[r.IntN(len(values))]}
		if code == "m" {
			raw[code] = strings.Fields(raw[code][0])
		}
	}
	if r.IntN(3) == 0 {
		raw["d"] = [][]string{{"31", "5", "2026"}, {"", "", ""}, {"1", " 02 ", "2000"}, {"31", "", "2026"}, {"30", "2", "2024"}}[r.IntN(5)]
	}
	return raw
}

// parityCase is what both sides work out.
type parityCase struct {
	Live  *survey.Live        `json:"live"`
	Typed map[string][]string `json:"typed"`
}

// outcome is what came out: by question code.
type outcome struct {
	Value map[string]string `json:"value"`
	Shown map[string]bool   `json:"shown"`
	Met   map[string]bool   `json:"met"`
}

// here works a case out as the server does. A choice that the filter does not offer is taken back, as the page does.
func here(f *survey.Form, raw map[string][]string) outcome {
	a, _ := f.Parse(raw)
	w, _ := f.Index("w")
	if s := f.Sheet(a, "en"); a[w].Set && !s.Offered(w, a[w].Choice) {
		a[w] = survey.Answer{}
	}
	s := f.Sheet(a, "en")
	out := outcome{map[string]string{}, map[string]bool{}, map[string]bool{}}
	unmet := map[string]bool{}
	for _, x := range f.Check(a) {
		unmet[x.Question] = x.Reason == survey.Unmet
	}
	for i := range f.Len() {
		code := f.Question(i).Code
		out.Shown[code], out.Met[code] = s.Shown(i), !unmet[code]
		if s.Shown(i) {
			out.Value[code] = s.Value(i)
		}
	}
	return out
}

const harness = `
const live = require(process.argv[1]);
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const c = JSON.parse(line);
  const now = live.settle(c.live, (q) => c.typed[q.c] || []);
  const out = { value: {}, shown: {}, met: {} };
  for (const q of c.live.q) {
    out.shown[q.c] = now.shown.get(q.i);
    out.met[q.c] = now.met(q);
    if (out.shown[q.c]) out.value[q.c] = live.text(now.value.get(q.i) ?? "");
  }
  console.log(JSON.stringify(out));
});`

func TestBrowserAndServerWorkOutTheSame(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed: the parity of browser and server is not checked (apt install nodejs)")
	}
	cases := 10_000
	if testing.Short() {
		cases = 1000
	}
	r := expressions{rand.New(rand.NewPCG(5, 11))}
	var in bytes.Buffer
	var forms []*survey.Form
	var raws []map[string][]string
	var sources [][4]string
	for len(forms) < cases {
		f, src, ok := gauge(r)
		if !ok {
			continue
		}
		for range 5 {
			raw := given(r)
			b, err := json.Marshal(parityCase{f.Sheet(nil, "en").Live(0), raw})
			if err != nil {
				t.Fatal(err)
			}
			in.Write(append(b, '\n'))
			forms, raws, sources = append(forms, f), append(raws, raw), append(sources, src)
		}
	}
	cmd := exec.Command(node, "-e", harness, "../web/static/live.js")
	cmd.Stdin = &in
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	k, blanks := 0, 0
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); k++ {
		var there outcome
		if err := json.Unmarshal(lines.Bytes(), &there); err != nil {
			t.Fatal(err)
		}
		want := here(forms[k], raws[k])
		if want.Value["calc"] == "" {
			blanks++
		}
		if !reflect.DeepEqual(there, want) {
			t.Errorf("%q\nover %q:\nbrowser %s", sources[k], raws[k], differences(there, want))
			if k > 20 && t.Failed() {
				break
			}
		}
	}
	if k != cases || blanks > cases/2 {
		t.Errorf("%d cases compared, %d of them blank", k, blanks)
	}
}

// differences lists where two outcomes differ.
func differences(there, here outcome) string {
	var list []string
	for code := range here.Shown {
		if there.Value[code] != here.Value[code] || there.Shown[code] != here.Shown[code] || there.Met[code] != here.Met[code] {
			list = append(list, fmt.Sprintf("%s: %q %v %v, server %q %v %v", code, there.Value[code], there.Shown[code], there.Met[code],
				here.Value[code], here.Shown[code], here.Met[code]))
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}
