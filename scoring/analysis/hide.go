package analysis

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/estimate"
)

// Least is the smallest number of people whose figures a guarded reader sees.
const Least = disclosure.Least

// Least people and degrees of freedom behind coefficients that a guarded reader sees, which are then told with two decimals.
const leastFree = 10

// guardSplit refuses to split people by where they answered: figures of agencies are published apart, with complements of their own.
func guardSplit(l Lens, field string, v *Variable) error {
	if !l.Guarded || !v.Place {
		return nil
	}
	return mistake(field, "số liệu theo %s xem ở trang của từng cơ quan; ở đây chỉ người phân tích mới chia được theo cột này", "figures by %s are on the pages of agencies; here only analysts may split by this column", v.Text)
}

// closed reports whether a guarded reader must not see how the answers to a rating spread: figures of agencies are public, and what is
// left of all answers without theirs would tell what a few people said about one of the others.
func (s *Study) closed(v *Variable) (bool, error) {
	if v.Kind != Rating || len(v.Levels) != 5 || s.Agency == "" {
		return false, nil
	}
	if _, ok := s.Variable(s.Agency); !ok {
		return false, nil
	}
	count, err := s.counts(s.Agency, v.Code)
	if err != nil {
		return false, err
	}
	few := slices.DeleteFunc(count, func(row []int64) bool { return total(row) >= Least })
	return !disclosure.Masked(few), nil
}

// counts is the table of counts of two variables, with the levels of the second in the order of the questionnaire.
func (s *Study) counts(row, col string) ([][]int64, error) {
	f := s.base.Frame()
	a, rows, err := f.Groups(row)
	if err != nil {
		return nil, err
	}
	b, cols, err := f.Groups(col)
	if err != nil {
		return nil, err
	}
	at := make([]int, len(cols))
	v, _ := s.Variable(col)
	for i, code := range cols {
		at[i] = slices.IndexFunc(v.Levels, func(l Level) bool { return l.Code == code })
	}
	n := make([][]int64, len(rows))
	for i := range n {
		n[i] = make([]int64, len(v.Levels))
	}
	for k, i := range a {
		if j := b[k]; i >= 0 && j >= 0 && at[j] >= 0 {
			n[i][at[j]]++
		}
	}
	return n, nil
}

// guardItems refuses variables that are closed to a guarded reader.
func (s *Study) guardItems(l Lens, field string, codes ...string) error {
	if !l.Guarded {
		return nil
	}
	for _, code := range codes {
		v, ok := s.Variable(code)
		if !ok {
			continue
		}
		shut, err := s.closed(v)
		if err != nil {
			return err
		}
		if shut {
			return mistake(field, "có cơ quan chỉ được vài người trả lời câu %s; số liệu chung trừ đi số liệu đã công bố của các cơ quan khác sẽ để lộ họ", "only a few people answered %s about some agency; all answers without the published ones of other agencies would give them away", code)
		}
	}
	return nil
}

// hiddenRows says which of the levels of a variable have something hidden in their table with another one, by code. What is hidden does
// not depend on which of the two makes the rows.
func (s *Study) hiddenRows(by, of string) (map[string]bool, error) {
	x := &Cross{Request: CrossRequest{Row: by, Col: of}}
	x.Row, _ = s.Variable(by)
	x.Col, _ = s.Variable(of)
	if err := x.count(s.base.Frame()); err != nil {
		return nil, err
	}
	if err := x.guard(s); err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for i, l := range x.Rows {
		if slices.Contains(x.Hidden[i], true) {
			out[l.Code] = true
		}
	}
	return out, nil
}

// Linked are the pairs of variables that everybody knows to depend on each other: a question and those that decide whether it is asked.
func (s *Study) Linked() (pairs [][2]string) {
	for i := range s.Variables {
		v := &s.Variables[i]
		for k := range s.Variables {
			u := &s.Variables[k]
			if u.Asked && slices.ContainsFunc(v.Needs, func(need string) bool { return u.Code == need || strings.HasPrefix(u.Code, need+":") }) {
				pairs = append(pairs, [2]string{v.Code, u.Code})
			}
		}
	}
	return pairs
}

// Edition names the answers behind the study: it differs where one of them does.
func (s *Study) Edition() disclosure.Edition {
	h := sha256.New()
	for i := range s.Variables {
		of, labels, err := s.base.Frame().Groups(s.Variables[i].Code)
		if err != nil {
			continue
		}
		n := make([]int64, len(labels))
		for _, g := range of {
			if g >= 0 {
				n[g]++
			}
		}
		fmt.Fprintln(h, s.Variables[i].Code, labels, n)
	}
	return disclosure.Edition{Rows: s.Rows(), Digest: hex.EncodeToString(h.Sum(nil)[:16])}
}

// coarse rounds to so many decimals what a guarded reader sees.
func coarse(decimals int, list ...*estimate.Figure) {
	p := math.Pow10(decimals)
	for _, f := range list {
		f.X = math.Round(p*f.X) / p
	}
}

func total(counts []int64) (n int64) {
	for _, c := range counts {
		n += c
	}
	return n
}

// transpose turns a table of counts on its side.
func transpose(count [][]int64) [][]int64 {
	if len(count) == 0 {
		return nil
	}
	out := make([][]int64, len(count[0]))
	for j := range out {
		for i := range count {
			out[j] = append(out[j], count[i][j])
		}
	}
	return out
}
