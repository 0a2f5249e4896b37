package main

import (
	"math"
	"slices"
	"strconv"

	"thuocdo/scoring/estimate"
)

// designFlags say how the sample was drawn.
type designFlags struct {
	Strata       []string `help:"Columns whose combinations are the strata." placeholder:"S" hidden:""`
	Cluster      []string `help:"Columns of the sampling units by stage." placeholder:"PSU[,SSU]" hidden:""`
	Weight       string   `help:"Column of weights." placeholder:"W" hidden:""`
	FPC          []string `name:"fpc" help:"Units in the population, or share drawn, by stage." placeholder:"N1[,N2]" hidden:""`
	Nest         bool     `help:"Cluster codes start anew in every stratum." hidden:""`
	LonelyPSU    string   `name:"lonely-psu" help:"Rule for strata with one unit." enum:"fail,remove,adjust,average,certainty" default:"fail" hidden:""`
	LonelyDomain bool     `name:"lonely-domain" help:"Apply adjust or average also inside domains." hidden:""`
}

func (f *designFlags) columns() []string {
	return append(slices.Concat(f.Strata, f.Cluster, f.FPC), f.Weight)
}

func (f *designFlags) design(frame *estimate.Frame) (*estimate.Design, error) {
	return estimate.NewDesign(frame, estimate.Spec{
		Strata: f.Strata, Clusters: f.Cluster, Weight: f.Weight, FPC: f.FPC, Nest: f.Nest,
		Lonely: estimate.Lonely(f.LonelyPSU), DomainLonely: f.LonelyDomain,
	})
}

// replicateFlags ask for replicate weights in place of linearisation.
type replicateFlags struct {
	Replicates string `help:"Kind of replicate weights." enum:",jk1,jkn,brr,bootstrap" default:"" hidden:""`
	Reps       int    `help:"Replicates of the bootstrap." default:"500" hidden:""`
	Seed       uint32 `help:"Seed of the bootstrap." default:"1" hidden:""`
}

// replicates returns nil where none are asked for. The seed of a bootstrap is told, so that it can be repeated.
func (f *replicateFlags) replicates(c *console, d *estimate.Design) (*estimate.Replicates, error) {
	switch f.Replicates {
	case "jk1":
		return d.Jackknife1()
	case "jkn":
		return d.JackknifeN()
	case "brr":
		return d.Balanced()
	case "bootstrap":
		c.say("bootstrap: %d replicates, seed %d", f.Reps, f.Seed)
		return d.Bootstrap(f.Reps, f.Seed)
	}
	return nil, nil
}

// intervalFlags say what intervals to give.
type intervalFlags struct {
	CI    string  `name:"ci" help:"Kind of interval." enum:"wald,logit,wilson,beta,asin" default:"wald" hidden:""`
	Level float64 `help:"Confidence level." default:"0.95" hidden:""`
	DF    string  `name:"df" help:"Degrees of freedom." default:"design" placeholder:"design|inf|N" hidden:""`
}

// freedom reads --df: 0 stands for the design's.
func (f *intervalFlags) freedom() (float64, error) {
	switch f.DF {
	case "design":
		return 0, nil
	case "inf":
		return math.Inf(1), nil
	}
	n, err := strconv.ParseFloat(f.DF, 64)
	if err != nil || !(n > 0) {
		return 0, usage("--df must be design, inf or a number above 0, not %q", f.DF)
	}
	return n, nil
}

func (f *intervalFlags) check() error {
	if !(f.Level > 0 && f.Level < 1) {
		return usage("--level must be between 0 and 1, not %g", f.Level)
	}
	_, err := f.freedom()
	return err
}
