package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"

	"thuocdo/data/tabular"
	"thuocdo/scoring/estimate"
)

// figureFlags say how and where to write figures.
type figureFlags struct {
	Out    string `help:"Form of the result." enum:"csv,json" default:"csv"`
	Output string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE" hidden:""`
	Lang   string `help:"Language of notes." enum:"vi,en" default:"en" env:"THUOCDO_LANG" hidden:""`
}

// figures is a table of results in the making. A cell is a string, an int64, a float64 or nil where there is nothing.
type figures struct {
	head []string
	rows [][]any
}

func (t *figures) add(cells ...any) {
	for i, c := range cells {
		switch v := c.(type) {
		case estimate.Figure:
			cells[i] = any(v.X)
			if !v.OK {
				cells[i] = nil
			}
		case string:
			if v == "" {
				cells[i] = nil
			}
		case float64:
			if math.IsInf(v, 0) {
				cells[i] = "inf"
			}
		}
	}
	t.rows = append(t.rows, cells)
}

// write renders the whole table first, so that nothing is written where something fails.
func (f *figureFlags) write(c *console, t *figures) error {
	var b bytes.Buffer
	var err error
	if f.Out == "json" {
		err = t.json(&b)
	} else {
		err = t.csv(&b)
	}
	if err != nil {
		return err
	}
	return (&outFlags{Out: f.Output}).write(c, func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
}

// csv writes numbers unrounded, missing values as empty cells, and texts so that no spreadsheet runs them.
func (t *figures) csv(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(t.head); err != nil {
		return err
	}
	line := make([]string, len(t.head))
	for _, row := range t.rows {
		for i, c := range row {
			line[i] = cellText(c)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func cellText(c any) string {
	switch v := c.(type) {
	case string:
		if _, err := strconv.ParseFloat(v, 64); err == nil {
			return v
		}
		return tabular.Guard(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return ""
}

// json writes a list of objects with keys in the order of the columns, and null where there is nothing.
func (t *figures) json(w io.Writer) error {
	var b strings.Builder
	b.WriteString("[")
	for k, row := range t.rows {
		if k > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n {")
		for i, c := range row {
			if i > 0 {
				b.WriteString(",")
			}
			key, _ := json.Marshal(t.head[i]) // a string always marshals
			value, err := json.Marshal(c)
			if err != nil {
				return err
			}
			b.Write(key)
			b.WriteString(":")
			b.Write(value)
		}
		b.WriteString("}")
	}
	b.WriteString("\n]\n")
	_, err := io.WriteString(w, b.String())
	return err
}
