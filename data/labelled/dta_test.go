package labelled_test

import (
	"os/exec"
	"strconv"
	"testing"
	"unicode/utf8"

	"thuocdo/data/labelled"
	"thuocdo/survey/dataset"
)

// cutRunesAt shortens to so many characters.
func cutRunesAt(most int) func(string) string {
	return func(s string) string {
		if utf8.RuneCountInString(s) <= most {
			return s
		}
		return string([]rune(s)[:most-1]) + "…"
	}
}

func ofDTA() flavour {
	return flavour{name: underscored, label: cutRunesAt(80), value: asIs, text: asIs, reasons: (*labelled.Variable).Numeric,
		missing: func(_ *labelled.Variable, m dataset.Missing) string {
			return map[dataset.Missing]string{dataset.NoAnswer: ".a", dataset.NotAsked: ".b"}[m]
		}}
}

// expectedDTA has the words of codes in variables of their own, because Stata labels no texts.
func expectedDTA(t *testing.T, f *labelled.File, o flavour) (d dump) {
	t.Helper()
	words := map[string]*labelled.Variable{}
	g := *f
	g.Variables = nil
	for _, v := range f.Variables {
		if v.Kind == labelled.Ident {
			levels := v.Levels
			v.Levels = nil
			for _, l := range levels {
				v.Levels = append(v.Levels, labelled.Level{Code: l.Code})
				if l.Text != nil {
					kept := v
					kept.Levels = levels
					words[v.Name] = &kept
				}
			}
		}
		g.Variables = append(g.Variables, v)
	}
	d = expected(t, &g, o)
	for name, v := range words {
		d.add("V", name+"_name", o.label(v.Label.In(f.Lang)))
	}
	n := 0
	for row, err := range f.Cells {
		check(t, err)
		n++
		for i, c := range row {
			v := words[f.Variables[i].Name]
			if v == nil {
				continue
			}
			text := ""
			if c.Missing == dataset.Present {
				text = v.Levels[c.Level].Text.In(f.Lang)
			}
			d.add("D", v.Name+"_name", strconv.Itoa(n), text)
		}
	}
	return d
}

func TestAStataFileHoldsWhatWasWritten(t *testing.T) {
	t.Parallel()
	for name, f := range kinds(t) {
		same(t, name, readDTA(t, mustWrite(t, "dta", f)), expectedDTA(t, f, ofDTA()))
	}
}

func TestRReadsTheStataFile(t *testing.T) {
	t.Parallel()
	read(t, "dta", ofDTA(), expectedDTA, "Rscript", "testdata/haven.R")
}

// python is Debian's own, which has Debian's packages, where there is one.
func python() string {
	if _, err := exec.LookPath("/usr/bin/python3"); err == nil {
		return "/usr/bin/python3"
	}
	return "python3"
}

func TestPandasReadsTheStataFile(t *testing.T) {
	t.Parallel()
	read(t, "dta", ofDTA(), expectedDTA, python(), "testdata/pandas_dta.py")
}
