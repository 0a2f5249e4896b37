package survey

import (
	"fmt"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
)

// ReadTargets reads targets as they are typed or pasted from a table, one a line: agency; stratum; issued; returned; valid. Cells are
// parted by tabs, else by semicolons, else by commas; an empty cell or "-" says nothing. The error is phrase.Mistakes with places
// "$.targets"; a text without lines is no target.
func ReadTargets(text string) ([]Target, error) {
	list, m := []Target{}, phrase.Mistakes{}
	for n, line := range lines(text) {
		cells := targetCells(line)
		if len(cells) > 5 || len(cells) < 3 {
			m.Add("$.targets", "dòng %d: cần cơ quan; tầng; phát ra; thu về; hợp lệ", "line %d: agency; stratum; issued; returned; valid are expected", n)
			continue
		}
		t := Target{Agency: cells[0], Stratum: cells[1]}
		for k, to := range []*int{&t.Issued, &t.Returned, &t.Valid} {
			if 2+k >= len(cells) || cells[2+k] == "" {
				continue
			}
			v, err := strconv.Atoi(cells[2+k])
			if err != nil {
				m.Add("$.targets", "dòng %d: %q không phải là số", "line %d: %q is not a number", n, cells[2+k])
			}
			*to = v
		}
		list = append(list, t)
	}
	return list, m.Err()
}

func targetCells(line string) (cells []string) {
	sep := ","
	for _, s := range []string{"\t", ";"} {
		if strings.Contains(line, s) {
			sep = s
			break
		}
	}
	for cell := range strings.SplitSeq(line, sep) {
		if cell = strings.TrimSpace(cell); cell == "-" {
			cell = ""
		}
		cells = append(cells, cell)
	}
	return cells
}

// lines yields the lines that are not empty with their numbers, counted from 1.
func lines(text string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r", "\n"), "\n") {
			n++
			if strings.Trim(line, " \t;,-") != "" && !yield(n, strings.Trim(line, " \u00a0")) {
				return
			}
		}
	}
}

// TargetLines writes targets as ReadTargets reads them.
func TargetLines(list []Target) string {
	var b strings.Builder
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	for _, t := range list {
		cells := []string{t.Agency, t.Stratum, number(t.Issued), number(t.Returned), number(t.Valid)}
		for i, c := range cells[:2] {
			if c == "" {
				cells[i] = "-"
			}
		}
		fmt.Fprintln(&b, strings.TrimRight(strings.Join(cells, "; "), " ;"))
	}
	return b.String()
}

// ReadQuotas reads quotas as they are typed, one a line: sex=female, age=18..34: 50. The error is phrase.Mistakes with places
// "$.quotas".
func ReadQuotas(text string) ([]Quota, error) {
	list, m := []Quota{}, phrase.Mistakes{}
	for n, line := range lines(text) {
		at := strings.LastIndexByte(line, ':')
		if at < 0 {
			m.Add("$.quotas", "dòng %d: cần điều kiện: số phiếu, ví dụ sex=female, age=18..34: 50", "line %d: conditions: number are expected, such as sex=female, age=18..34: 50", n)
			continue
		}
		q := Quota{Where: map[string]string{}}
		var err error
		if q.Target, err = strconv.Atoi(strings.TrimSpace(line[at+1:])); err != nil {
			m.Add("$.quotas", "dòng %d: %q không phải là số phiếu", "line %d: %q is not a number of responses", n, strings.TrimSpace(line[at+1:]))
		}
		for part := range strings.SplitSeq(strings.ReplaceAll(line[:at], ";", ","), ",") {
			name, value, ok := strings.Cut(part, "=")
			name, value = strings.TrimSpace(name), strings.TrimSpace(value)
			if _, twice := q.Where[name]; !ok || name == "" || value == "" || twice {
				m.Add("$.quotas", "dòng %d: %q: cần mã câu = mã lựa chọn, mỗi câu một lần", "line %d: %q: code of a question = code of a choice is expected, each question once", n, strings.TrimSpace(part))
			}
			q.Where[name] = value
		}
		list = append(list, q)
	}
	return list, m.Err()
}

// QuotaLines writes quotas as ReadQuotas reads them.
func QuotaLines(list []Quota) string {
	var b strings.Builder
	for i := range list {
		for k, name := range list[i].Names() {
			if k > 0 {
				b.WriteString(", ")
			}
			b.WriteString(name + "=" + list[i].Where[name])
		}
		fmt.Fprintf(&b, ": %d\n", list[i].Target)
	}
	return b.String()
}
