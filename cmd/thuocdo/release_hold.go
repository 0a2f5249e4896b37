package main

import (
	"context"
	"errors"

	"thuocdo/data"
	"thuocdo/scoring/release"
)

// holdOf names the figures that are held.
type holdOf struct {
	dbFlag
	Framework string `help:"Code of the framework." required:"" placeholder:"CODE"`
	Period    string `help:"Period: 2026, 2026-Q3." required:"" placeholder:"PERIOD"`
	Reason    string `help:"Why, for publishers and auditors." placeholder:"TEXT"`
}

func (x *holdOf) run(ctx context.Context, c *console, do func(*data.Store) error, done string) error {
	store, err := x.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	switch err := do(store); {
	case errors.Is(err, release.ErrHolding):
		return withHint(err, "publish or withdraw what waits first; after a withdrawal publish another release")
	case errors.Is(err, release.ErrHold):
		return withHint(err, "'thuocdo release list' shows what is held")
	case err != nil:
		return err
	}
	c.say("the figures of %s %s are %s", x.Framework, x.Period, done)
	return nil
}

// releaseHoldCmd keeps figures from the public.
type releaseHoldCmd struct{ holdOf }

// Examples ends the help of the command.
func (*releaseHoldCmd) Examples() []string {
	return []string{"thuocdo release hold --framework par-index-province --period 2026 --reason 'chờ họp báo'"}
}

// Run holds them, also before there are any.
func (x *releaseHoldCmd) Run(ctx context.Context, c *console) error {
	return x.run(ctx, c, func(s *data.Store) error { return s.Hold(ctx, x.Framework, x.Period, x.Reason) }, "held: the public sees what releases say, and nothing before the first")
}

// releaseLiftCmd shows figures again.
type releaseLiftCmd struct{ holdOf }

// Examples ends the help of the command.
func (*releaseLiftCmd) Examples() []string {
	return []string{"thuocdo release lift --framework par-index-province --period 2026"}
}

// Run lifts the hold.
func (x *releaseLiftCmd) Run(ctx context.Context, c *console) error {
	return x.run(ctx, c, func(s *data.Store) error { return s.Lift(ctx, x.Framework, x.Period, x.Reason) }, "public as they come in")
}
