package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strconv"

	"thuocdo/scoring/phrase"
	"thuocdo/survey/sample"
)

// sampleSizeCmd computes sample sizes.
type sampleSizeCmd struct {
	N        int64   `name:"N" help:"Units in the population (people, transactions)." placeholder:"N"`
	Strata   string  `help:"Or a table of strata: stratum,N and any of e,p,deff,response,S; '-' is stdin." placeholder:"FILE"`
	E        float64 `name:"e" help:"Margin of error of a share." default:"0.05"`
	Formula  string  `help:"N/(1+N·e²), or Cochran's with p, level and finite population." enum:"slovin,cochran" default:"slovin"`
	P        float64 `name:"p" help:"Cochran: share expected; without it 0.5, which asks for the most." placeholder:"P"`
	Level    float64 `help:"Cochran: confidence level; without it 0.95." placeholder:"L"`
	Deff     float64 `help:"Design effect: clusters 1.5 to 2, simple random 1." default:"1"`
	Response float64 `help:"Share of those drawn who are expected to answer." default:"1"`
	Allocate string  `help:"Spread one sample over the strata." enum:",proportional,neyman,equal" default:"" placeholder:"proportional|neyman|equal"`
	Total    int64   `help:"With --allocate: answers to spread, in place of the formula's." placeholder:"N"`
	Min      int64   `help:"With --allocate: least answers in a stratum; an error needs two." default:"2"`
	figureFlags
}

// Examples ends the help of the command.
func (*sampleSizeCmd) Examples() []string {
	return []string{
		"thuocdo sample size --N 12000 --e 0.05 --response 0.9",
		"thuocdo sample size --strata provinces.csv --allocate neyman --total 36000 -o plan.csv",
	}
}

// sizeStratum is one line of the table of strata.
type sizeStratum struct {
	line int
	need sample.Need
	sd   float64
}

// Run writes one row per stratum.
func (s *sampleSizeCmd) Run(ctx context.Context, c *console) error {
	if err := s.check(); err != nil {
		return err
	}
	strata := []sizeStratum{{need: s.need("", s.N)}}
	if s.Strata != "" {
		var err error
		if strata, err = s.read(ctx, c); err != nil {
			return err
		}
	}
	t := &figures{head: []string{"stratum", "N", "exact", "n", "draw", "rate", "note"}}
	var err error
	if s.Allocate == "" {
		err = s.each(c, t, strata)
	} else {
		err = s.spread(c, t, strata)
	}
	if err != nil {
		return err
	}
	return s.figureFlags.write(c, t)
}

func (s *sampleSizeCmd) check() error {
	switch {
	case s.Strata != "" && s.N != 0:
		return usage("--N and --strata exclude each other")
	case s.Strata == "" && s.N == 0 && s.Formula == "slovin":
		return usage("give --N, or a table with --strata")
	case s.Formula == "slovin" && (s.P != 0 || s.Level != 0):
		return usage("--p and --level go with --formula cochran")
	case s.Allocate != "" && s.Strata == "":
		return usage("--allocate goes with --strata")
	case s.Total != 0 && s.Allocate == "":
		return usage("--total goes with --allocate")
	case s.Total < 0 || s.Min < 0:
		return usage("--total and --min must not be negative")
	}
	_, err := sample.Formula(s.Formula).Plan(s.need("", max(s.N, 1)))
	if err != nil || s.N < 0 {
		_, err = sample.Formula(s.Formula).Plan(s.need("", cmp.Or(s.N, 1)))
		return usage("%s", err)
	}
	return nil
}

func (s *sampleSizeCmd) need(name string, n int64) sample.Need {
	return sample.Need{Name: name, Population: n, Margin: s.E, Share: cmp.Or(s.P, 0.5), Level: cmp.Or(s.Level, 0.95), Deff: s.Deff, Response: s.Response}
}

// read reads the table of strata. With --allocate one formula holds for all, so that e, p and deff have no column.
func (s *sampleSizeCmd) read(ctx context.Context, c *console) ([]sizeStratum, error) {
	in, err := c.open(s.Strata)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	h := header{required: []string{"stratum", "N"}, optional: []string{"e", "p", "deff", "response"}}
	if s.Allocate != "" {
		h.optional = []string{"S", "response"}
	}
	if s.Allocate == "neyman" {
		h = header{required: []string{"stratum", "N", "S"}, optional: []string{"response"}}
	}
	var found phrase.Mistakes
	var out []sizeStratum
	seen := map[string]int{}
	err = records(ctx, in, h, &found, func(r record) error {
		x, name := sizeStratum{line: r.line, need: s.need(r.get("stratum"), 0)}, r.get("stratum")
		if at, twice := seen[name]; twice {
			found.Add(r.place("stratum"), "tầng %q đã có ở dòng %d", "stratum %q is already on row %d", name, at)
		} else if name == "" {
			found.Add(r.place("stratum"), "thiếu tên tầng", "the name of the stratum is missing")
		}
		seen[name] = r.line
		n, err := strconv.ParseInt(r.get("N"), 10, 64)
		if x.need.Population = n; err != nil || n < 1 {
			found.Add(r.place("N"), "cần số nguyên từ 1 trở lên, không phải %q; tầng trống thì bỏ dòng này", "expected a whole number of at least 1, not %q; leave an empty stratum out", r.get("N"))
		}
		to := []*float64{&x.need.Margin, &x.need.Share, &x.need.Deff, &x.need.Response, &x.sd}
		for k, column := range []string{"e", "p", "deff", "response", "S"} {
			text := r.get(column)
			if text == "" {
				if column == "S" && s.Allocate == "neyman" {
					found.Add(r.place(column), "thiếu độ lệch chuẩn S", "the standard deviation S is missing")
				}
				continue
			}
			v, err := strconv.ParseFloat(text, 64)
			if *to[k] = v; err != nil || !(v >= 0) || math.IsInf(v, 0) {
				found.Add(r.place(column), "%q không phải là số từ 0 trở lên", "%q is not a number of 0 or more", text)
			}
		}
		out = append(out, x)
		return nil
	})
	if err == nil && len(found) == 0 && len(out) == 0 {
		found.Add("row 2", "không có tầng nào dưới dòng tiêu đề", "there is no stratum below the header")
	}
	if err == nil {
		err = found.Err()
	}
	return out, refused(s.Strata, s.Lang, "computed", err)
}

// each computes every stratum on its own.
func (s *sampleSizeCmd) each(c *console, t *figures, strata []sizeStratum) error {
	var n, draw int64
	for _, x := range strata {
		r, err := sample.Formula(s.Formula).Plan(x.need)
		if err != nil {
			return refused(cmp.Or(s.Strata, "size"), s.Lang, "computed", err)
		}
		n, draw = n+r.Answers, draw+r.Draw
		s.row(t, x.need, r.Exact, r.Answers, r.Draw, r.Short)
	}
	if len(strata) > 1 {
		c.say("in all %d answers, %d to draw", n, draw)
	}
	return nil
}

// spread computes one sample and spreads its answers over the strata.
func (s *sampleSizeCmd) spread(c *console, t *figures, strata []sizeStratum) error {
	whole := s.need("", 0)
	list := make([]sample.Stratum, len(strata))
	for h, x := range strata {
		list[h] = sample.Stratum{Name: x.need.Name, Units: x.need.Population, SD: x.sd}
		if whole.Population > math.MaxInt64-x.need.Population {
			return usage("the strata hold too many units")
		}
		whole.Population += x.need.Population
	}
	total := s.Total
	if total == 0 {
		r, err := sample.Formula(s.Formula).Plan(whole)
		if err != nil {
			return refused(s.Strata, s.Lang, "computed", err)
		}
		total = r.Answers
	}
	n, err := sample.Rule(s.Allocate).Allocate(total, list, s.Min)
	if err != nil {
		return refused(s.Strata, s.Lang, "computed", err)
	}
	var draws int64
	for h, x := range strata {
		if !(x.need.Response > 0 && x.need.Response <= 1) {
			var found phrase.Mistakes
			found.Add(fmt.Sprintf("row %d, column response", x.line), "tỷ lệ trả lời phải lớn hơn 0 và không quá 1", "the response must be above 0 and at most 1")
			return refused(s.Strata, s.Lang, "computed", found)
		}
		draw := int64(math.Ceil(float64(n[h])/x.need.Response - 1e-9))
		short := draw > x.need.Population
		draw = min(draw, x.need.Population)
		draws += draw
		s.row(t, x.need, math.Inf(-1), n[h], draw, short)
	}
	c.say("in all %d answers, %d to draw", total, draws)
	return nil
}

func (s *sampleSizeCmd) row(t *figures, x sample.Need, exact float64, n, draw int64, short bool) {
	var rate, exactly, population any
	if x.Population > 0 {
		population, rate = x.Population, float64(draw)/float64(x.Population)
	}
	if exact > 0 {
		exactly = exact
	}
	note := ""
	if short {
		note = phrase.VI("mọi người đều được chọn; vẫn không đủ số câu trả lời", "everybody is drawn; fewer will answer than are needed").In(s.Lang)
	}
	t.add(cmp.Or(x.Name, "all"), population, exactly, n, draw, rate, note)
}
