package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"thuocdo/data/tabular"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// indexColumns come before the columns of the nodes. low, high and se are the 95 % interval of the total; n is the number of
// people who answered; note says why a cell is empty or a band lower than the total would give.
var indexColumns = []string{"rank", "agency", "group", "total", "percent", "band", "low", "high", "se", "n", "note"}

// writeIndex writes the ranking as CSV: what is not known is an empty cell, never 0.
func writeIndex(w io.Writer, plan *scoring.Plan, out *scoring.Outcome) error {
	t := csv.NewWriter(w)
	head := append([]string{}, indexColumns...)
	for _, n := range plan.Nodes() {
		head = append(head, n.Code)
	}
	if err := t.Write(head); err != nil {
		return err
	}
	for i := range out.Results {
		if err := t.Write(indexRow(&out.Results[i], len(head))); err != nil {
			return err
		}
	}
	t.Flush()
	return t.Error()
}

func indexRow(r *scoring.Result, columns int) []string {
	row := make([]string, 0, columns)
	rank, total, percent := "", "", ""
	if r.Rank > 0 {
		rank = strconv.Itoa(r.Rank)
	}
	if r.Total.Known {
		total, percent = digits(r.Total.Points), digits(r.Total.Percent())
	}
	low, high, se := "", "", ""
	if iv := r.Total.Interval; iv != nil {
		low, high, se = digits(iv.Low), digits(iv.High), digits(iv.SE)
	}
	n := ""
	if r.Total.N > 0 {
		n = strconv.FormatInt(r.Total.N, 10)
	}
	row = append(row, rank, tabular.Guard(r.Unit), r.Group, total, percent, r.Band, low, high, se, n, noteOf(r))
	for _, s := range r.Nodes {
		cell := ""
		if s.Known {
			cell = digits(s.Points)
		}
		row = append(row, cell)
	}
	return row
}

// noteOf says in codes what a reader of the row must know.
func noteOf(r *scoring.Result) string {
	var notes []string
	if !r.Total.Known {
		notes = append(notes, r.Total.Gap.String())
	}
	if b := r.Below; b != nil {
		notes = append(notes, fmt.Sprintf("of %d of %d below", b.Counted, b.Of))
	}
	if r.Tied {
		notes = append(notes, "tied")
	}
	if r.Fell != "" {
		notes = append(notes, "fell from "+r.ByPoints+" by "+string(r.Fell))
	}
	if r.Total.NoInterval != scoring.NoGap {
		notes = append(notes, "no interval: "+r.Total.NoInterval.String())
	}
	if iv := r.Total.Interval; iv != nil && iv.Agree {
		notes = append(notes, "all answers agree")
	}
	if iv := r.Total.Interval; iv != nil && iv.Outward {
		notes = append(notes, "interval from what is shown")
	}
	return strings.Join(notes, "; ")
}

// digits writes a number with the digits that count: without the noise of binary fractions.
func digits(x float64) string { return strconv.FormatFloat(scoring.Round(x, 9), 'f', -1, 64) }

// indexDocument is the whole outcome as JSON.
type indexDocument struct {
	Framework string      `json:"framework"`
	Version   string      `json:"version"`
	Method    string      `json:"method,omitempty"`
	Period    string      `json:"period,omitempty"`
	Nodes     []indexNode `json:"nodes"`
	*scoring.Outcome
}

// indexNode names what the scores of a result stand for.
type indexNode struct {
	Code  string      `json:"code"`
	Title phrase.Text `json:"title"`
	Level string      `json:"level,omitempty"`
	Depth int         `json:"depth"`
	Max   float64     `json:"max_points"`
}

func describeIndex(plan *scoring.Plan, period string, out *scoring.Outcome) indexDocument {
	f := plan.Framework()
	d := indexDocument{f.Code, f.Version, plan.MethodCode(), period, nil, out}
	for _, n := range plan.Nodes() {
		d.Nodes = append(d.Nodes, indexNode{n.Code, n.Title, n.Level, n.Depth, n.MaxPoints})
	}
	return d
}
