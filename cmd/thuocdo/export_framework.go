package main

import (
	"context"
	"fmt"
	"strings"

	"thuocdo/scoring"
)

// exportFrameworkCmd writes the definition of a framework.
type exportFrameworkCmd struct {
	Code    string `arg:"" help:"Code of the framework, or CODE@VERSION."`
	Version string `help:"Version; the newest where it is left out."`
	Format  string `help:"Kind of file." enum:"json,xlsx" default:"json"`
	dbFlag
	Out string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
}

// Examples ends the help of the command.
func (*exportFrameworkCmd) Examples() []string {
	return []string{"thuocdo export framework sipas -o sipas.json", "thuocdo export framework papi@2018 --format xlsx -o papi.xlsx"}
}

// Run writes the definition.
func (e *exportFrameworkCmd) Run(ctx context.Context, c *console) error {
	store, err := e.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	all, err := store.Frameworks(ctx)
	if err != nil {
		return err
	}
	code, version, _ := strings.Cut(e.Code, "@")
	if e.Version != "" {
		version = e.Version
	}
	f := newest(all, code, version)
	if f == nil {
		return fmt.Errorf("there is no framework %s %s", code, version)
	}
	return writeFramework(c, e.Out, e.Format, f)
}

// newest returns the version asked for, or the one in force last; nil where there is none.
func newest(all []*scoring.Framework, code, version string) (found *scoring.Framework) {
	for _, f := range all {
		if f.Code == code && (version == "" || f.Version == version) && (found == nil || f.Effective.From > found.Effective.From) {
			found = f
		}
	}
	return found
}
