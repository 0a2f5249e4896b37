package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey/sample"
)

// sampleWeightsCmd adjusts the weights of a draw for those who did not answer.
type sampleWeightsCmd struct {
	Draw      string   `help:"The draw, those who did not answer included; '-' is stdin." required:"" placeholder:"FILE"`
	Answers   string   `help:"Table of answers, one row for each who answered." placeholder:"FILE"`
	ID        []string `name:"id" help:"Columns that name a person in the draw and in the answers." placeholder:"C,…"`
	Responded string   `help:"Or a column of the draw: 1 answered, 0 did not (yes/no, có/không)." placeholder:"C"`
	Class     []string `help:"Columns whose combinations are the classes of adjustment; none: one class." placeholder:"C,…"`
	Base      string   `help:"Column of base weights." default:"svy_weight"`
	Prob      []string `help:"Or columns of inclusion probabilities by stage; the weight is 1 over their product." placeholder:"C,…"`
	Output    string   `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
	Lang      string   `help:"Language of mistakes." enum:"vi,en" default:"en" env:"THUOCDO_LANG"`
}

// Examples ends the help of the command.
func (*sampleWeightsCmd) Examples() []string {
	return []string{
		"thuocdo sample weights --draw draw.csv --answers r.csv --id person --class province,sex -o w.csv",
		"thuocdo sample weights --draw draw.csv --responded answered -o w.csv",
	}
}

// Run writes the rows of those who answered with their weights.
func (w *sampleWeightsCmd) Run(ctx context.Context, c *console) error {
	switch {
	case (w.Answers == "") == (w.Responded == ""):
		return usage("give either --answers or --responded")
	case (w.Answers == "") != (len(w.ID) == 0):
		return usage("--id goes with --answers")
	case w.Answers == "-" && w.Draw == "-":
		return usage("--draw and --answers cannot both be stdin")
	}
	f, err := readFrame(ctx, c, w.Draw)
	if err != nil {
		return refused(w.Draw, w.Lang, "weighted", err)
	}
	base, err := w.base(f)
	if err != nil {
		return refused(w.Draw, w.Lang, "weighted", err)
	}
	rows, answers, err := w.answered(ctx, c, f)
	if err != nil {
		return err
	}
	answered := make([]bool, f.Len())
	for i, r := range rows {
		answered[i] = r >= 0
	}
	final, classes, err := f.Adjust(w.Class, base, answered)
	if err != nil {
		return refused(w.Draw, w.Lang, "weighted", err)
	}
	var b bytes.Buffer
	if err := w.table(&b, f, answers, rows, base, final); err != nil {
		return refused(w.Draw, w.Lang, "weighted", err)
	}
	if err := (&outFlags{Out: w.Output}).write(c, func(o io.Writer) error { _, err := o.Write(b.Bytes()); return err }); err != nil {
		return err
	}
	w.tell(c, f, classes)
	return nil
}

// base returns the weight of every row before the adjustment.
func (w *sampleWeightsCmd) base(f *sample.Frame) ([]float64, error) {
	if f.Len() == 0 {
		return nil, phrase.Mistakes{{Path: "row 2", Message: phrase.VI("không có ai trong mẫu", "nobody was drawn")}}
	}
	if len(w.Prob) == 0 {
		return f.Numbers(w.Base)
	}
	out := make([]float64, f.Len())
	var found phrase.Mistakes
	for k, column := range w.Prob {
		p, err := f.Numbers(column)
		if err != nil {
			return nil, err
		}
		for i, x := range p {
			if x > 1 && len(found) < 20 {
				found.Add(fmt.Sprintf("row %d, column %s", f.Line(i), column), "xác suất %g lớn hơn 1", "the probability %g is above 1", x)
			}
			if k == 0 {
				out[i] = 1
			}
			out[i] /= x
			if math.IsInf(out[i], 0) && len(found) < 20 {
				found.Add(fmt.Sprintf("row %d, column %s", f.Line(i), column), "xác suất quá nhỏ", "the probability is too small")
			}
		}
	}
	return out, found.Err()
}

// answered returns for every row drawn its row in the table of answers, or -1 where there was none.
// With --responded the draw is its own table of answers.
func (w *sampleWeightsCmd) answered(ctx context.Context, c *console, f *sample.Frame) ([]int, *sample.Frame, error) {
	if w.Responded != "" {
		rows, err := w.flagged(f)
		return rows, f, refused(w.Draw, w.Lang, "weighted", err)
	}
	a, err := readFrame(ctx, c, w.Answers)
	if err != nil {
		return nil, nil, refused(w.Answers, w.Lang, "weighted", err)
	}
	at, err := w.index(f)
	if err != nil {
		return nil, nil, refused(w.Draw, w.Lang, "weighted", err)
	}
	if _, err := w.index(a); err != nil {
		return nil, nil, refused(w.Answers, w.Lang, "weighted", err)
	}
	rows := slices.Repeat([]int{-1}, f.Len())
	var found phrase.Mistakes
	for i := range a.Len() {
		k, ok := at[w.key(a, i)]
		if !ok {
			if found.Add(fmt.Sprintf("row %d, column %s", a.Line(i), w.ID[0]), "%q không có trong mẫu đã chọn", "%q was not drawn", strings.ReplaceAll(w.key(a, i), "\x00", "/")); len(found) >= 20 {
				break
			}
			continue
		}
		rows[k] = i
	}
	return rows, a, refused(w.Answers, w.Lang, "weighted", found.Err())
}

var said = map[string]bool{"1": true, "yes": true, "true": true, "có": true, "0": false, "no": false, "false": false, "không": false}

func (w *sampleWeightsCmd) flagged(f *sample.Frame) ([]int, error) {
	var found phrase.Mistakes
	if !f.Has(w.Responded) {
		found.Add("row 1", "thiếu cột %q", "column %q is missing", w.Responded)
		return nil, found
	}
	rows := make([]int, f.Len())
	for i := range rows {
		yes, ok := said[strings.ToLower(f.Cell(i, w.Responded))]
		if !ok && len(found) < 20 {
			found.Add(fmt.Sprintf("row %d, column %s", f.Line(i), w.Responded), "cần 1 hoặc 0, không phải %q", "expected 1 or 0, not %q", f.Cell(i, w.Responded))
		}
		if rows[i] = -1; yes {
			rows[i] = i
		}
	}
	return rows, found.Err()
}

func (w *sampleWeightsCmd) key(f *sample.Frame, i int) string {
	parts := make([]string, len(w.ID))
	for k, c := range w.ID {
		parts[k] = f.Cell(i, c)
	}
	return strings.Join(parts, "\x00")
}

// index finds rows by person; a person without a name or there twice is a mistake.
func (w *sampleWeightsCmd) index(f *sample.Frame) (map[string]int, error) {
	var found phrase.Mistakes
	for _, c := range w.ID {
		if !f.Has(c) {
			found.Add("row 1", "thiếu cột %q", "column %q is missing", c)
		}
	}
	at := make(map[string]int, f.Len())
	for i := 0; i < f.Len() && len(found) == 0; i++ {
		k := w.key(f, i)
		place := fmt.Sprintf("row %d, column %s", f.Line(i), w.ID[len(w.ID)-1])
		if before, twice := at[k]; twice {
			found.Add(place, "%q đã có ở dòng %d", "%q is already on row %d", f.Cell(i, w.ID[len(w.ID)-1]), f.Line(before))
		} else if f.Cell(i, w.ID[len(w.ID)-1]) == "" {
			found.Add(place, "ô trống", "the cell is empty")
		}
		at[k] = i
	}
	return at, found.Err()
}

// table writes the answers, then what only the draw has, then the adjustment and the final weight.
func (w *sampleWeightsCmd) table(o io.Writer, f, a *sample.Frame, rows []int, base, final []float64) error {
	var extra []string
	for _, name := range f.Head() {
		if !a.Has(name) {
			extra = append(extra, name)
		}
	}
	var found phrase.Mistakes
	for _, name := range []string{columnAdjust, columnFinal} {
		if f.Has(name) || a.Has(name) {
			found.Add("row 1", "cột %q sẽ được thêm vào; hãy đổi tên", "column %q is one that is added; rename it", name)
		}
	}
	for _, name := range added(0) {
		if a != f && a.Has(name) {
			found.Add("row 1", "bảng trả lời cũng có cột %q; hãy bỏ đi", "the answers also have column %q; leave it out", name)
		}
	}
	if len(found) > 0 {
		return found
	}
	t := newSheet(o)
	t.put(a.Head(), extra, columnAdjust, columnFinal)
	err := t.end()
	for i, r := range rows {
		if r < 0 || err != nil {
			continue
		}
		t.put(a.Row(r))
		for _, name := range extra {
			t.put(f.Cell(i, name))
		}
		t.put(final[i]/base[i], final[i])
		err = t.end()
	}
	if err != nil {
		return err
	}
	return t.flush()
}

func (w *sampleWeightsCmd) tell(c *console, f *sample.Frame, classes []sample.Class) {
	answered, most := 0, sample.Class{}
	for _, x := range classes {
		if answered += x.Answered; x.Factor > most.Factor {
			most = x
		}
	}
	c.say("%d of %d answered; largest factor %.4g in class %s (%d of %d)", answered, f.Len(), most.Factor, most.Name, most.Answered, most.Drawn)
	stages := 0
	for f.Has(fmt.Sprintf("%s%d", columnUnit, stages+1)) {
		stages++
	}
	if stages > 0 {
		c.say("estimate with %s --weight %s", designHint(stages), columnFinal)
	}
}
