package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"thuocdo/survey"
	"thuocdo/survey/sample"
	"thuocdo/web/locale"
)

// samplingFields is a plan as it is typed.
type samplingFields struct {
	Margin, Deff, Response string
	Strata, Stages, Sort   string
	Allocate, Least, Seed  string
	Agency                 string
	TakeAll                bool
}

// freshSampling proposes a plan, with a seed of its own.
func freshSampling() samplingFields {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return samplingFields{Margin: "0,05", Deff: "1", Response: "0,8", Stages: "id:srs", Allocate: string(sample.Proportional), Least: "2",
		Seed: strconv.FormatUint(uint64(binary.LittleEndian.Uint32(b[:])%1_000_000), 10), Agency: "agency"}
}

func readSampling(value func(string) string) samplingFields {
	v := func(name string) string { return strings.TrimSpace(strings.ToValidUTF8(value(name), "")) }
	return samplingFields{Margin: v("sai-so"), Deff: v("he-so"), Response: v("ty-le"), Strata: v("tang"), Stages: v("giai-doan"), Sort: v("thu-tu"),
		Allocate: v("phan-bo"), Least: v("it-nhat"), Seed: v("hat"), Agency: v("cot-co-quan"), TakeAll: v("lay-het") == "1"}
}

// sizeView is how many to ask.
type sizeView struct {
	Units, Answers, Draw string
	Short                bool
	Strata               []sizeRow
	draw                 int64
}

type sizeRow struct{ Name, Units, Draw string }

// number reads a number with a point or a comma.
func (p *samplingPage) number(l *locale.Locale, field, text string) float64 {
	x, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil {
		p.Faults = append(p.Faults, samplingFault{Field: field, Text: l.T("sampling.not_a_number", cut(text))})
	}
	return x
}

func columnList(text string) (list []string) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// size computes how many of the list have to be drawn, and how they spread over the strata.
func (p *samplingPage) size(l *locale.Locale) *sizeView {
	f := p.Held.frame
	need := sample.Need{Population: int64(f.Len()), Margin: p.number(l, "sai-so", p.Fields.Margin), Deff: p.number(l, "he-so", p.Fields.Deff), Response: p.number(l, "ty-le", p.Fields.Response)}
	if len(p.Faults) > 0 {
		return nil
	}
	size, err := sample.Slovin.Plan(need)
	if p.refuse(l, err) || err != nil {
		return nil
	}
	v := &sizeView{Units: l.Int(int64(f.Len())), Answers: l.Int(size.Answers), Draw: l.Int(size.Draw), Short: size.Short, draw: size.Draw}
	strata := columnList(p.Fields.Strata)
	for _, column := range strata {
		if !f.Has(column) {
			p.Faults = append(p.Faults, samplingFault{Field: "tang", Text: l.T("sampling.no_column", column)})
		}
	}
	if len(strata) == 0 || len(p.Faults) > 0 {
		return v
	}
	list := strataOf(f, strata)
	rule, least := sample.Rule(p.Fields.Allocate), p.whole(l, "it-nhat", p.Fields.Least)
	if rule == sample.Each || len(p.Faults) > 0 {
		return v
	}
	n, err := rule.Allocate(size.Draw, list, least)
	if p.refuse(l, err) || err != nil {
		return v
	}
	for h, x := range list {
		v.Strata = append(v.Strata, sizeRow{x.Name, l.Int(x.Units), l.Int(n[h])})
	}
	return v
}

// strataOf counts the rows of the list by stratum, in order.
func strataOf(f *sample.Frame, columns []string) (list []sample.Stratum) {
	at := map[string]int{}
	for i := range f.Len() {
		parts := make([]string, len(columns))
		for k, c := range columns {
			parts[k] = f.Cell(i, c)
		}
		name := strings.Join(parts, "/")
		k, ok := at[name]
		if !ok {
			k = len(list)
			list, at[name] = append(list, sample.Stratum{Name: name}), k
		}
		list[k].Units++
	}
	slices.SortFunc(list, func(a, b sample.Stratum) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func (p *samplingPage) whole(l *locale.Locale, field, text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if (err != nil || n < 0) && p.Fault(field) == "" {
		p.Faults = append(p.Faults, samplingFault{Field: field, Text: l.T("sampling.not_a_number", cut(text))})
	}
	return n
}

// design reads the plan of the draw; false where something in it is wrong. A single stage without a number takes the one that
// was computed.
func (p *samplingPage) design(l *locale.Locale) (d sample.Design, ok bool) {
	f := &p.Fields
	d = sample.Design{Strata: columnList(f.Strata), Sort: columnList(f.Sort), Allocation: sample.Rule(f.Allocate), Least: p.whole(l, "it-nhat", f.Least), TakeAll: f.TakeAll}
	var err error
	if d.Seed, err = strconv.ParseUint(f.Seed, 10, 64); err != nil {
		p.Faults = append(p.Faults, samplingFault{Field: "hat", Text: l.T("sampling.not_a_number", cut(f.Seed))})
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(f.Stages, "\r", "\n"), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		stage, err := sample.ParseStage(line)
		if !p.refuse(l, err) {
			d.Stages = append(d.Stages, stage)
		}
	}
	if one := len(d.Stages) == 1; one && d.Stages[0].N == 0 && d.Stages[0].Rate == 0 && d.Stages[0].Method != sample.All && d.Allocation != sample.Each && p.Size != nil {
		d.Stages[0].N = p.Size.draw
	}
	return d, len(p.Faults) == 0
}

// drawnView is a draw as the page shows it.
type drawnView struct {
	Drawn, Rows, Weights string
	Frame, Table         string // SHA-256
	Strata               []drawnRow
	More                 int // strata not listed
	Commands             []string
}

type drawnRow struct{ Name, Units, Taken, Certain string }

// mostStrata is how many strata a page lists; the file has all.
const mostStrata = 200

func (p *samplingPage) result(l *locale.Locale, w *survey.OpenWave, d sample.Design, s *sample.Sample, table []byte) *drawnView {
	digest := sha256.Sum256(table)
	v := &drawnView{Drawn: l.Int(int64(len(s.Units))), Rows: l.Int(p.Held.Rows), Weights: l.Short(s.Total, 6), Frame: s.Digest, Table: hex.EncodeToString(digest[:]),
		Commands: p.commands(w.Code, d), More: max(0, len(s.Strata)-mostStrata)}
	for _, h := range s.Strata[:len(s.Strata)-v.More] {
		v.Strata = append(v.Strata, drawnRow{h.Name, l.Int(int64(h.Units)), l.Int(int64(h.Taken)), l.Int(int64(h.Certain))})
	}
	return v
}

// commands are those that repeat what the page did.
func (p *samplingPage) commands(wave string, d sample.Design) []string {
	f := &p.Fields
	name := p.Held.Name
	if strings.HasPrefix(name, "-") {
		name = "./" + name
	}
	point := func(s string) string { return strings.Replace(s, ",", ".", 1) }
	draw := []string{"thuocdo", "sample", "draw", "--frame", name}
	if len(d.Strata) > 0 {
		draw = append(draw, "--strata", strings.Join(d.Strata, ","))
	}
	for _, stage := range d.Stages {
		draw = append(draw, "--stage", stage.String())
	}
	draw = append(draw, "--allocate", string(d.Allocation), "--min", strconv.FormatInt(d.Least, 10))
	if len(d.Sort) > 0 {
		draw = append(draw, "--sort", strings.Join(d.Sort, ","))
	}
	if d.TakeAll {
		draw = append(draw, "--take-all")
	}
	draw = append(draw, "--seed", strconv.FormatUint(d.Seed, 10), "-o", "draw.csv")
	use := []string{"thuocdo", "import", "sample", "draw.csv", "--wave", wave, "--agency", f.Agency}
	size := []string{"thuocdo", "sample", "size", "--N", strconv.FormatInt(p.Held.Rows, 10), "--e", point(f.Margin), "--deff", point(f.Deff), "--response", point(f.Response)}
	return []string{shell(size), shell(draw), shell(use)}
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:,%=@+-]+$`)

// shell writes the words of a command so that a shell reads them back.
func shell(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		if out[i] = w; !plainWord.MatchString(w) {
			out[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(out, " ")
}
