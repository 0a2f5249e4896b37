package remedy

import (
	"thuocdo/scoring"
	"thuocdo/scoring/report"
)

// Outcome is what the next period says of a task. Points are of the total.
type Outcome struct {
	Known    bool
	Actual   float64 // points won back at the leaf: lost before − lost now
	CameTrue bool    // at least what was expected, and more than nothing
}

// Outcomes compares the tasks of a plan with the losses of the next period, by leaf. Where several tasks are about one leaf, what was
// expected of all of them counts together. Nothing is known where the two periods do not compare, or of a leaf that is not known.
func Outcomes(tasks []Task, next *report.LossList) map[string]Outcome {
	if next == nil || next.Before == nil {
		return nil
	}
	expected := map[string]float64{}
	for i := range tasks {
		if t := &tasks[i]; t.Leaf != "" && t.Status != Dropped {
			expected[t.Leaf] += t.Expected
		}
	}
	out := map[string]Outcome{}
	for _, x := range next.Items {
		before, ok := next.Before[x.Code]
		want, planned := expected[x.Code]
		if !ok || !planned || x.Gap != scoring.NoGap {
			continue
		}
		actual := before - x.Lost
		out[x.Code] = Outcome{Known: true, Actual: actual, CameTrue: actual > 1e-9 && actual >= want-1e-9}
	}
	return out
}
