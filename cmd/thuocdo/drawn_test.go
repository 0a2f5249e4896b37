package main

import (
	"bytes"
	"encoding/csv"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"thuocdo/data/reference"
	"thuocdo/survey"
)

// tableOf runs a command and returns its CSV by the value of a column; without a column it returns nothing.
func tableOf(t *testing.T, by string, args ...string) map[string]map[string]string {
	t.Helper()
	var out, talk bytes.Buffer
	if code := run(t.Context(), args, nil, strings.NewReader(""), &out, &talk); code != 0 {
		t.Fatalf("%v: exit %d: %s", args, code, talk.String())
	}
	if by == "" {
		return nil
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(out.Bytes(), []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], by)
	table := map[string]map[string]string{}
	for _, cells := range rows[1:] {
		row := map[string]string{}
		for i, name := range rows[0] {
			row[name] = cells[i]
		}
		table[cells[at]] = row
	}
	return table
}

// The ranking of a wave with a design must be what 'thuocdo estimate' makes of the exported answers: scores, standard errors, limits
// to 1e-9, and rank intervals from the same resamples.
func TestTheRankingOfADrawnWaveIsWhatEstimateMakesOfItsAnswers(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("slow under the race detector")
	}
	dir := t.TempDir()
	db, file := filepath.Join(dir, demoFile), filepath.Join(dir, "drawn.csv")
	tableOf(t, "", "demo", "--dir", dir, "--responses", "3000", "--seed", "5", "--prepare")
	tableOf(t, "", "export", "responses", "--wave", "sipas-2025", "--design", "--db", db, "-o", file)
	ranking := tableOf(t, "agency", "export", "ranking", "--framework", "sipas", "--period", "2025", "--method", "share-pooled", "--db", db)
	items := ratedItems(t, ranking["01"])
	estimates := tableOf(t, "agency", "estimate", "--data", file, "--stat", "share", "--levels", "4,5", "--pool", "sat", "--var", strings.Join(items, ","),
		"--by", "agency", "--strata", "svy_stratum", "--cluster", "svy_unit1", "--fpc", "svy_fpc1,svy_fpc2", "--weight", "svy_final", "--lonely-psu", "adjust")
	for agency, row := range ranking { // wards and communes were not asked about in that year
		if row["score"] == "" {
			delete(ranking, agency)
		}
	}
	if len(ranking) != 34 || len(estimates) != 34 {
		t.Fatalf("%d agencies ranked, %d estimated, want 34", len(ranking), len(estimates))
	}
	for agency, row := range ranking {
		for mine, theirs := range map[string]string{"score": "estimate", "se": "se", "ci_low": "ci_low", "ci_high": "ci_high"} {
			got, want := number(t, row[mine]), 100*number(t, estimates[agency][theirs])
			if math.Abs(got-want) > 1e-9*math.Abs(want) {
				t.Errorf("%s %s: the ranking says %v, estimate %v", agency, mine, got, want)
			}
		}
		if best, worst, rank := number(t, row["rank_best"]), number(t, row["rank_worst"]), number(t, row["rank"]); best > rank || worst < rank {
			t.Errorf("%s: rank %v outside %v to %v", agency, rank, best, worst)
		}
	}
}

// ratedItems are the columns of the rated questions of the demo's form.
func ratedItems(t *testing.T, row map[string]string) (items []string) {
	t.Helper()
	list, err := reference.Questionnaires()
	if err != nil {
		t.Fatal(err)
	}
	form, err := survey.Compile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	for i := range form.Len() {
		if q := form.Question(i); q.Type == survey.Rating && len(form.Choices(i)) == 5 {
			if _, ok := row[q.Code]; ok {
				items = append(items, q.Code)
			}
		}
	}
	return items
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
