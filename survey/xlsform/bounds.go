package xlsform

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"thuocdo/survey"
)

// A questionnaire of ours has bounds and whole numbers beside its constraints; XLSForm writes them all into one constraint:
//
//	. >= 1 and . <= 5 and (the constraint)
//
// Exported workbooks say in the column of our own which part is which. In others a constraint that is nothing but
// bounds, without a message of its own, is read as bounds: forms then show them and say what is wrong in their own words.

// whole is what the type integer adds to a number.
const whole = "int(.) = ."

// joinWhole returns the constraint of a whole number. The constraint comes first, so that places in it stay what they are.
func joinWhole(constraint string) string {
	switch {
	case constraint == "":
		return whole
	case strings.Contains(constraint, "or"):
		constraint = "(" + constraint + ")"
	}
	return constraint + " and " + whole
}

// cutWhole is the inverse of joinWhole.
func cutWhole(constraint string) (rest string, ok bool) {
	if constraint == whole {
		return "", true
	}
	rest, _ = strings.CutSuffix(constraint, " and "+whole)
	if bare, ok := strings.CutPrefix(rest, "("); ok && closes(bare) && joinWhole(bare[:len(bare)-1]) == constraint {
		return bare[:len(bare)-1], true
	}
	if joinWhole(rest) == constraint {
		return rest, true
	}
	return constraint, false
}

// closes reports whether the last character closes a bracket that was opened before s, and nothing earlier does.
func closes(s string) bool {
	depth, quote := 0, byte(0)
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')' && depth == 0:
			return i == len(s)-1
		case c == ')':
			depth--
		}
	}
	return false
}

// boundsRule writes the bounds of a question as a constraint, "" where it has none.
func boundsRule(q *survey.Question) string {
	var parts []string
	if q.Min != nil {
		parts = append(parts, ". >= "+number(*q.Min))
	}
	if q.Max != nil {
		parts = append(parts, ". <= "+number(*q.Max))
	}
	if q.MaxChars != 0 {
		parts = append(parts, fmt.Sprintf("string-length(.) <= %d", q.MaxChars))
	}
	return strings.Join(parts, " and ")
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// joinBounds returns one constraint for bounds and constraint.
func joinBounds(bounds, constraint string) string {
	switch {
	case bounds == "":
		return constraint
	case constraint == "":
		return bounds
	}
	return bounds + " and (" + constraint + ")"
}

// cutBounds is the inverse of joinBounds.
func cutBounds(bounds, rule string) (constraint string, ok bool) {
	if rule == bounds {
		return "", true
	}
	rest, ok := strings.CutPrefix(rule, bounds+" and (")
	if !ok || !closes(rest) {
		return rule, false
	}
	return rest[:len(rest)-1], true
}

var (
	bothBounds = regexp.MustCompile(`^\(?\s*\.\s*>=\s*(-?[0-9]+(?:\.[0-9]+)?)\s*\)?(?:\s+and\s+\(?\s*\.\s*<=\s*(-?[0-9]+(?:\.[0-9]+)?)\s*\)?)?$`)
	upperBound = regexp.MustCompile(`^\(?\s*\.\s*<=\s*(-?[0-9]+(?:\.[0-9]+)?)\s*\)?$`)
	textLength = regexp.MustCompile(`^string-length\(\s*\.\s*\)\s*<=\s*([0-9]{1,5})$`)
)

// bounds takes the bounds out of a constraint.
func (r *reader) bounds(c record, q *survey.Question, m marks) {
	switch {
	case m.has("min") || m.has("max") || m.has("max_chars"):
		r.markedBounds(c, q, m)
	case r.marked || q.Constraint == "" || len(q.ConstraintMessage) > 0:
	case q.Type == survey.Number:
		plainBounds(q)
	case q.Type == survey.FreeText:
		if x := textLength.FindStringSubmatch(q.Constraint); x != nil {
			q.MaxChars, _ = strconv.Atoi(x[1])
			q.Constraint = ""
		}
	}
}

// markedBounds takes out the bounds that the column of our own names, unless somebody has changed the constraint since.
func (r *reader) markedBounds(c record, q *survey.Question, m marks) {
	marked := survey.Question{Min: r.markedNumber(c, m, "min"), Max: r.markedNumber(c, m, "max")}
	if most := r.markedNumber(c, m, "max_chars"); most != nil {
		marked.MaxChars = int(*most)
	}
	rest, ok := cutBounds(boundsRule(&marked), q.Constraint)
	if !ok {
		r.leave(c.place(ownSheet), "giới hạn ghi ở cột này khác với cột constraint; cột constraint được dùng", "the bounds in this column differ from the constraint; the constraint is used")
		return
	}
	q.Constraint, q.Min, q.Max, q.MaxChars = rest, marked.Min, marked.Max, marked.MaxChars
}

// plainBounds turns a constraint that is nothing but bounds into bounds.
func plainBounds(q *survey.Question) {
	value := func(s string) *float64 {
		if s == "" {
			return nil
		}
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil
		}
		return &x
	}
	if x := bothBounds.FindStringSubmatch(q.Constraint); x != nil {
		q.Min, q.Max, q.Constraint = value(x[1]), value(x[2]), ""
	} else if x := upperBound.FindStringSubmatch(q.Constraint); x != nil {
		q.Max, q.Constraint = value(x[1]), ""
	}
}
