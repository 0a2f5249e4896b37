package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// indexCmd computes an index from files, without a database.
type indexCmd struct {
	Framework string            `help:"File of a framework, or the code of a built-in one: sipas, papi@2018." required:"" placeholder:"FILE"`
	Scores    string            `help:"Scores in CSV or XLSX: agency and one column per leaf, or agency,leaf,appraised,…" placeholder:"FILE"`
	Survey    string            `help:"Responses (agency and one column per question) or counts (agency,item,level,count)." placeholder:"FILE"`
	Period    string            `help:"Take only rows of this period; also picks the version of a built-in framework." placeholder:"P"`
	Method    string            `help:"Method version of the framework; the first one where left out." placeholder:"CODE"`
	Kind      string            `help:"Kind of the agencies, where the files have no column kind or group." placeholder:"KIND"`
	Above     string            `help:"Results of the agencies above instead: their kind and how, mean or pooled." placeholder:"KIND=HOW"`
	Columns   map[string]string `help:"Which column of the file holds what." mapsep:"," placeholder:"WHAT=COLUMN,…"`
	JSON      bool              `help:"The whole outcome as one line of JSON."`
	Lang      string            `help:"Language of lists of mistakes." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
}

// Examples ends the help of the command.
func (*indexCmd) Examples() []string {
	return []string{
		"thuocdo index --framework par-index-province --scores par.xlsx >ranking.csv",
		"thuocdo index --framework sipas --survey responses.csv --method share-pooled --kind province --json",
		"thuocdo index --framework set.json --scores - --columns agency=district,1.1=steering",
		"thuocdo index --framework sipas --survey communes.csv --kind commune --above province=pooled",
		"# a cell of a leaf holds appraised points; for rule inputs name columns 1.1:value, 1.1:choice, 1.1:cases.light",
	}
}

// Run reads everything, computes, and writes the ranking to stdout and a summary to stderr.
func (x *indexCmd) Run(ctx context.Context, c *console) error {
	if x.Scores == "" && x.Survey == "" {
		return withHint(usage("nothing to compute from"), "give --scores, --survey or both")
	}
	plan, err := x.plan(ctx, c)
	if err != nil {
		return err
	}
	in := &indexInput{plan: plan, kind: x.Kind, period: x.Period, columns: x.Columns, units: map[string]*scoring.Unit{}}
	if in.above, err = x.upward(plan.Framework()); err != nil {
		return err
	}
	if err := x.read(ctx, c, in); err != nil {
		return err
	}
	units := make([]scoring.Unit, 0, len(in.units))
	for _, u := range in.units {
		units = append(units, *u)
	}
	out, err := in.above.compute(plan, units)
	if err != nil {
		return err
	}
	if x.JSON {
		err = c.json(describeIndex(plan, x.Period, out))
	} else {
		err = writeIndex(c.Out, plan, out)
	}
	if err != nil {
		return fmt.Errorf("write the ranking: %w", err)
	}
	summarise(c, plan, out)
	return nil
}

// read takes in the scores, then the survey.
func (x *indexCmd) read(ctx context.Context, c *console, in *indexInput) error {
	if err := in.check(); err != nil {
		return err
	}
	for _, file := range []struct {
		name string
		read func(context.Context, io.Reader, *phrase.Mistakes) ([]string, error)
	}{{x.Scores, in.readScores}, {x.Survey, in.readSurvey}} {
		if file.name == "" {
			continue
		}
		notes, err := x.file(ctx, c, file.name, file.read)
		for _, n := range notes {
			c.say("%s: %s", file.name, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *indexCmd) file(ctx context.Context, c *console, name string, read func(context.Context, io.Reader, *phrase.Mistakes) ([]string, error)) ([]string, error) {
	r, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var found phrase.Mistakes
	notes, err := read(ctx, r, &found)
	var more phrase.Mistakes
	switch {
	case errors.As(err, &more):
		found = append(found, more...)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(found) > 0 {
		return nil, fileError{file: name, lang: x.Lang, found: found, nothing: "computed"}
	}
	return notes, nil
}

var builtIn = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*(@[A-Za-z0-9][A-Za-z0-9._-]*)?$`)

// plan reads the framework from a file, or takes a built-in one, and applies the method.
func (x *indexCmd) plan(ctx context.Context, c *console) (*scoring.Plan, error) {
	f, err := x.framework(ctx, c)
	if err != nil {
		return nil, err
	}
	plan, err := scoring.Compile(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", x.Framework, err)
	}
	if plan, err = plan.Method(x.Method); errors.Is(err, scoring.ErrUnknownMethod) {
		var codes []string
		for _, m := range f.Methods {
			codes = append(codes, m.Code)
		}
		if len(codes) == 0 {
			return nil, usage("framework %s has no method versions, so there is no --method %s", f.Code, x.Method)
		}
		return nil, withHint(usage("framework %s has no method %q", f.Code, x.Method), "its methods are %s", strings.Join(codes, ", "))
	}
	return plan, err
}

func (x *indexCmd) framework(ctx context.Context, c *console) (*scoring.Framework, error) {
	f, err := (&frameworkFile{x.Framework, x.Lang}).read(ctx, c, "computed")
	if errors.Is(err, fs.ErrNotExist) && builtIn.MatchString(x.Framework) {
		return x.builtIn(err)
	}
	return f, err
}

// builtIn returns a framework of the reference data; without a version the one in force at the end of the period, or the
// newest.
func (x *indexCmd) builtIn(missing error) (*scoring.Framework, error) {
	code, version, _ := strings.Cut(x.Framework, "@")
	all, err := reference.Frameworks()
	if err != nil {
		return nil, err
	}
	codes := []string{}
	for _, f := range all {
		codes = append(codes, f.Code)
	}
	if !slices.Contains(codes, code) {
		slices.Sort(codes)
		return nil, withHint(missing, "neither a file nor a built-in framework; those are %s", strings.Join(slices.Compact(codes), ", "))
	}
	if period, err := survey.ParsePeriod(x.Period); version == "" && err == nil {
		_, last := period.Span()
		for _, f := range all {
			if day := last.String(); f.Code == code && f.Effective.From <= day && (f.Effective.To == "" || day <= f.Effective.To) {
				version = f.Version
			}
		}
	}
	f, err := reference.Framework(code, version)
	if errors.Is(err, reference.ErrUnknownFramework) {
		return nil, fmt.Errorf("%s: %w", x.Framework, err)
	}
	return f, err
}

// summarise says in a line per ranking group how the units did.
func summarise(c *console, plan *scoring.Plan, out *scoring.Outcome) {
	f := plan.Framework()
	show := func(x float64) string {
		return strconv.FormatFloat(scoring.Round(x, f.Decimals()), 'f', f.Decimals(), 64)
	}
	for _, g := range out.Groups {
		name := g.Group
		if name == "" {
			name = "in no group"
		}
		line := fmt.Sprintf("%s: %d agencies, %d ranked", name, g.Units, g.Ranked)
		if g.Units == 1 {
			line = name + ": 1 agency"
		}
		if g.Mean.Known {
			line += fmt.Sprintf(", mean %s, best %s (%s)", show(g.Mean.Points), show(g.Best.Points), bestOf(g, out))
		}
		c.say("%s", line)
	}
}

// bestOf names the units with the best total of a group, at most three of them.
func bestOf(g scoring.GroupSummary, out *scoring.Outcome) string {
	var names []string
	for _, r := range out.Results {
		if r.Group == g.Group && r.Total.Known && scoring.Same(r.Total.Points, g.Best.Points) {
			names = append(names, r.Unit)
		}
	}
	if len(names) > 3 {
		names = append(names[:3], fmt.Sprintf("and %d more", len(names)-3))
	}
	return strings.Join(names, ", ")
}
