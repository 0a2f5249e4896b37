package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"thuocdo/data/tabular"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// importSampleCmd gives a wave the design of its sample.
type importSampleCmd struct {
	Wave     string `help:"Code of the wave the sample was drawn for." required:"" placeholder:"CODE"`
	Agency   string `help:"Column of the agency that people are asked about." default:"agency" placeholder:"C"`
	Unit     string `help:"Column of the code that answers carry; 1 to 40 letters, digits, . _ -" default:"unit" placeholder:"C"`
	Class    string `help:"Column of the classes of the adjustment for nonresponse; else the stratum." default:"class" placeholder:"C"`
	Totals   string `help:"Known totals to rake to: table of question,level,total; question may be 'agency'." placeholder:"FILE"`
	Lonely   string `name:"lonely-psu" help:"Strata in which one unit answers: ${enum}." enum:"adjust,average,certainty,remove" default:"adjust"`
	Reps     int    `name:"replicates" help:"Resamples for rank intervals." default:"200" placeholder:"N"`
	Seed     uint32 `help:"Seed of the resamples; shown with the ranking." default:"1" placeholder:"N"`
	Withdraw bool   `help:"Take the design away instead: answers count alike again."`
	fileFlags
}

// Examples ends the help of the command.
func (*importSampleCmd) Examples() []string {
	return []string{
		"thuocdo import sample draw.csv --wave sipas-2026 --agency province --dry-run",
		"# takes what 'sample draw' writes, a row per person; or agency,stratum,cluster1,fpc1,weight,unit,drawn,population",
	}
}

// Run reads the draw, checks it against the wave, and stores the design.
func (i *importSampleCmd) Run(ctx context.Context, c *console) error {
	store, err := i.store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if _, err := store.OpenWave(i.Wave); errors.Is(err, survey.ErrUnknownWave) {
		return withHint(fmt.Errorf("there is no wave %s", i.Wave), "'thuocdo import wave' adds one")
	}
	if i.Withdraw {
		if i.DryRun {
			err = store.CheckDesign(ctx, i.Wave, nil)
		} else {
			err = store.PutDesign(ctx, i.Wave, nil)
		}
		return i.fault(err)
	}
	d, file, err := i.read(ctx, c)
	if err != nil {
		return i.fault(err)
	}
	if i.DryRun {
		err = store.CheckDesign(ctx, i.Wave, d)
	} else {
		err = store.PutDesign(ctx, i.Wave, d)
	}
	if err != nil {
		return i.fault(file.Places(err))
	}
	i.done(c, "sample of %d people in %d units", d.Drawn(), len(d.Units))
	return nil
}

// read reads the draw and the known totals.
func (i *importSampleCmd) read(ctx context.Context, c *console) (*survey.Design, *survey.DesignFile, error) {
	r, err := c.open(i.File)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	file, err := i.rows(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	d, err := file.Design()
	if err != nil {
		return nil, nil, err
	}
	d.Lonely, d.Reps, d.Seed = i.Lonely, i.Reps, i.Seed
	if i.Totals != "" {
		d.Totals, err = i.totals(ctx, c)
	}
	return d, file, err
}

func (i *importSampleCmd) rows(ctx context.Context, r io.Reader) (file *survey.DesignFile, err error) {
	for row, err := range tabular.Rows(ctx, r, tabular.Limits{}) {
		if err != nil {
			return nil, err
		}
		if file != nil {
			file.Add(row.Line, row.Cells)
			continue
		}
		if file, err = survey.NewDesignFile(row.Line, i.named(row.Cells)); err != nil {
			return nil, err
		}
	}
	if file == nil {
		var m phrase.Mistakes
		m.Add("row 1", "tệp trống; cần một dòng tiêu đề", "the file is empty; a header is expected")
		return nil, m
	}
	return file, nil
}

// readSampleFile reads the table of a sample with the names of columns that DesignFile knows.
func readSampleFile(ctx context.Context, r io.Reader) (*survey.Design, error) {
	file, err := (&importSampleCmd{Agency: "agency", Unit: "unit", Class: "class"}).rows(ctx, r)
	if err != nil {
		return nil, err
	}
	return file.Design()
}

// named gives the columns that the flags name the names that a design file has.
func (i *importSampleCmd) named(head []string) []string {
	out := slices.Clone(head)
	for to, from := range map[string]string{"agency": i.Agency, "unit": i.Unit, "class": i.Class} {
		if k := slices.Index(head, from); k >= 0 && from != to {
			if was := slices.Index(out, to); was >= 0 {
				out[was] = ""
			}
			out[k] = to
		}
	}
	return out
}

// totals reads the known totals.
func (i *importSampleCmd) totals(ctx context.Context, c *console) (list []survey.KnownTotal, err error) {
	r, err := c.open(i.Totals)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var found phrase.Mistakes
	err = records(ctx, r, header{required: []string{"question", "level", "total"}}, &found, func(row record) error {
		x, err := strconv.ParseFloat(row.get("total"), 64)
		if err != nil {
			found.Add(row.place("total"), "%q không phải là số", "%q is not a number", row.get("total"))
		}
		list = append(list, survey.KnownTotal{Question: row.get("question"), Level: row.get("level"), Total: x})
		return nil
	})
	if err == nil {
		err = found.Err()
	}
	if found != nil {
		return nil, fileError{file: i.Totals, lang: i.Lang, found: found}
	}
	return list, err
}
