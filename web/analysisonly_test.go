package web

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/quality"
)

var analysedRows = regexp.MustCompile(`Số phiếu</dt><dd>(\d+)`)

// Wave "mo" has 60 responses, 20 of them alike from one counter; three of those are decided to be invalid.
func TestAnalysesLookAtTheResponsesThatWereChosen(t *testing.T) {
	t.Parallel()
	st := doubtful(t)
	s := mustServer(t, st)
	b := signedInAs(t, s, string(account.Analyst))
	report, err := st.Reviewed(t.Context(), "mo", quality.Filter{}, nil)
	must(t, err)
	clean, plain, marked := 0, 0, survey.Duplicate
	var ref quality.Ref
	for _, f := range report.Flags {
		if f == 0 {
			clean++
		}
		if !f.Has(marked) {
			plain++
		}
	}
	_, err = st.Reviewed(t.Context(), "mo", quality.Filter{With: marked}, func(r quality.Stored, _ quality.Flag) error { ref = r.Ref; return nil })
	must(t, err)
	who, err := st.AccountByLogin(t.Context(), string(account.Analyst))
	must(t, err)
	_, err = st.Decide(t.Context(), quality.Decision{Wave: "mo", Verdict: quality.Invalid, Reason: "stuffed", Author: who.ID, Cases: []quality.Case{{Agency: "79", Ref: ref, Copies: 3}}})
	must(t, err)
	page := analysesAddress("mo") + "/" + itemsName
	for query, want := range map[string]struct {
		rows    int
		command string
	}{
		"":                    {57, "--columns analysis -o responses.csv\n"},
		"?phieu=all":          {60, "--verdict all"},
		"?phieu=unmarked":     {clean, "--no-flags speeding,"},
		"?phieu=duplicate":    {plain, "--no-flags duplicate"},
		"?phieu=%3Cscript%3E": {57, "--columns analysis"},
	} {
		a := b.get(page + query)
		m := analysedRows.FindStringSubmatch(a.body)
		if a.StatusCode != http.StatusOK || m == nil || m[1] != strconv.Itoa(want.rows) || !strings.Contains(a.body, want.command) {
			t.Errorf("%q: %d, %v rows, want %d and %q: %s", query, a.StatusCode, m, want.rows, want.command, around(a.body, "analysis-facts"))
		}
		checkPage(t, page+query, a)
	}
	if a := signedInAs(t, s, string(account.Auditor)).get(page + "?phieu=all"); a.StatusCode != http.StatusOK || strings.Contains(a.body, `name="phieu"`) || strings.Contains(a.body, "--verdict") {
		t.Errorf("an auditor chooses responses: %d", a.StatusCode)
	}
}
