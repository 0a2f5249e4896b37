package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"

	"thuocdo/data/tabular"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/sample"
)

// sampleCmd plans and draws samples; it needs no database.
type sampleCmd struct {
	Size    sampleSizeCmd    `cmd:"" help:"How many to ask, in all and in each stratum."`
	Draw    sampleDrawCmd    `cmd:"" help:"Draw from a list: in one or several stages, with a seed."`
	Weights sampleWeightsCmd `cmd:"" help:"Weights of those who answered, ready for thuocdo estimate."`
}

// Columns that a draw adds to those of its frame.
const (
	columnStratum = "svy_stratum"
	columnUnit    = "svy_unit" // and the number of the stage
	columnFPC     = "svy_fpc"
	columnProb    = "svy_prob" // by stage, and without a number over all stages
	columnWeight  = "svy_weight"
	columnAdjust  = "svy_adjust"
	columnFinal   = "svy_final"
)

// refused lists the mistakes of a file, or returns err where it is something else.
func refused(file, lang, nothing string, err error) error {
	var found phrase.Mistakes
	if errors.As(err, &found) {
		return fileError{file: file, lang: lang, found: found, nothing: nothing}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// readFrame reads a table whole.
func readFrame(ctx context.Context, c *console, name string) (*sample.Frame, error) {
	in, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	bar := c.progress("reading", -1)
	defer bar.end()
	return frameOf(tabular.Rows(ctx, in, tabular.Limits{Rows: 1 << 30, Cells: 1 << 40}), func() { bar.add(1) })
}

// frameOf makes a frame of the rows of a table, the first of which is its header.
func frameOf(rows iter.Seq2[tabular.Row, error], read func()) (*sample.Frame, error) {
	var f *sample.Frame
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		if f == nil {
			if f, err = sample.NewFrame(row.Cells); err != nil {
				return nil, err
			}
			continue
		}
		if err := f.Add(row.Line, row.Cells); err != nil {
			return nil, err
		}
		read()
	}
	if f == nil {
		return sample.NewFrame(nil) // an error that asks for a header
	}
	return f, nil
}

// sheet writes CSV rows in which no spreadsheet finds a formula.
type sheet struct {
	w    *csv.Writer
	line []string
}

func newSheet(w io.Writer) *sheet { return &sheet{w: csv.NewWriter(w)} }

// put adds cells to the row in the making: texts, whole numbers and numbers, these without loss.
func (s *sheet) put(cells ...any) {
	for _, c := range cells {
		switch v := c.(type) {
		case string:
			s.line = append(s.line, cellText(v))
		case []string:
			for _, t := range v {
				s.line = append(s.line, cellText(t))
			}
		case []float64:
			for _, x := range v {
				s.line = append(s.line, strconv.FormatFloat(x, 'g', -1, 64))
			}
		case float64:
			s.line = append(s.line, strconv.FormatFloat(v, 'g', -1, 64))
		}
	}
}

func (s *sheet) end() error {
	err := s.w.Write(s.line)
	s.line = s.line[:0]
	return err
}

func (s *sheet) flush() error {
	s.w.Flush()
	return s.w.Error()
}
