package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// newIndexInput returns an input for a built-in framework.
func newIndexInput(tb testing.TB, framework string) *indexInput {
	tb.Helper()
	f, err := reference.Framework(framework, "")
	if err != nil {
		tb.Fatal(err)
	}
	p, err := scoring.Compile(f)
	if err != nil {
		tb.Fatal(err)
	}
	return &indexInput{plan: p, units: map[string]*scoring.Unit{}}
}

func TestIndexReadsAWorkbookAsItReadsCSV(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range [][]any{{"Quận huyện", "A", "S"}, {"Thuận An", 46.8, 32.24}, {"=Dĩ An", 46.5, "31,56"}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(t.TempDir(), "scores.xlsx")
	if err := f.SaveAs(name); err != nil {
		t.Fatal(err)
	}
	var out, talk bytes.Buffer
	code := run(context.Background(), []string{"index", "--framework", "binhduong-district-2017", "--scores", name, "--columns", "agency=Quận huyện"}, nil, nil, &out, &talk)
	want := "rank,agency,group,total,percent,band,low,high,se,n,note,A,S\n" +
		"1,Thuận An,district,79.04,79.04,,,,,,,46.8,32.24\n" +
		"2,'=Dĩ An,district,78.06,78.06,,,,,,,46.5,31.56\n" // a text that a spreadsheet would run is made harmless
	if code != exitOK || out.String() != want {
		t.Errorf("exit %d, %s\n%s", code, talk.String(), out.String())
	}
}

func TestNumbersAreReadUnambiguouslyOrNotAtAll(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"1.5": "[1.5]", "1,5": "[1.5]", "-0,25": "[-0.25]", "85,125": "[85.125 85125]", "0,125": "[0.125]", "1,2345": "[1.2345]", "1e2": "[100]", ".5": "[0.5]",
		"1.234,5": "[]", "1,234,567": "[]", "nan": "[]", "inf": "[]", "0x10": "[]", "1_000": "[]", "85%": "[]", "": "[]", "1e999": "[]",
	} {
		if got := fmt.Sprint(readings(cell)); got != want {
			t.Errorf("%q: %s, want %s", cell, got, want)
		}
	}
	// the leaf decides where it can: 85,125 points of at most 100 are not 85125
	in := newIndexInput(t, "binhduong-district-2017")
	var found phrase.Mistakes
	if _, err := in.readScores(context.Background(), strings.NewReader("agency;A;S\nx;45,125;30\n"), &found); err != nil || found != nil || *in.units["x"].Leaves[0].Appraised != 45.125 {
		t.Errorf("%v %v %+v", err, found, in.units["x"])
	}
}

// FuzzIndexFiles feeds any bytes as scores and as answers: either they are refused with places, or an index can be computed.
func FuzzIndexFiles(f *testing.F) {
	f.Add("agency,1.1.1,1.1.2:choice\nx,1,yes\n", true)
	f.Add("agency;leaf;appraised;counts;status\n01;5.2.1;;minor=1 serious=0;withheld\n", true)
	f.Add("agency,q9_1,q9_2,kind\n01,5,4,province\n01,,3,province\n", false)
	f.Add("agency,item,level,count,group\n01,q9_1,5,7,province\n", false)
	plans := map[bool]*scoring.Plan{true: newIndexInput(f, "par-index-province").plan, false: newIndexInput(f, "sipas").plan}
	f.Fuzz(func(t *testing.T, text string, scores bool) {
		in := &indexInput{plan: plans[scores], units: map[string]*scoring.Unit{}}
		read := in.readSurvey
		if scores {
			read = in.readScores
		}
		var found phrase.Mistakes
		if _, err := read(context.Background(), strings.NewReader(text), &found); err != nil || len(found) > 0 {
			for _, m := range found {
				if m.Path == "" || m.Message["vi"] == "" || m.Message["en"] == "" {
					t.Fatalf("a mistake says nothing: %+v", m)
				}
			}
			return
		}
		var units []scoring.Unit
		for _, u := range in.units {
			units = append(units, *u)
		}
		out, err := in.plan.Compute(units)
		if errors.Is(err, scoring.ErrInputs) || err == nil && len(out.Results) != len(units) {
			t.Fatalf("what was read cannot be computed: %v", err)
		}
	})
}
