package report

import (
	"strings"
	"testing"

	"thuocdo/scoring/sampled"
	"thuocdo/scoring/standing"
)

func TestWeightsAreWrittenWithTheirThousands(t *testing.T) {
	t.Parallel()
	lines := DesignLines(&standing.Standing{Design: &sampled.Report{People: 1500, Low: 13500, High: 39733.333, Stages: 2}})
	if text := lines[1].Text; !strings.Contains(text["vi"], "từ 13.500 đến 39.733,33.") || !strings.Contains(text["en"], "from 13,500 to 39,733.33.") {
		t.Errorf("%v", text)
	}
	for x, want := range map[float64]string{0: "0", -0.00001: "0", -1.5: "-1,5", 100: "100", 1234567.25: "1.234.567,25", 0.5: "0,5"} {
		if got := digits(x, "vi"); got != want {
			t.Errorf("%v: %q, want %q", x, got, want)
		}
	}
}
