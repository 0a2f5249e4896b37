package main

import (
	"context"
	"time"

	"thuocdo/data"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
)

// seasonExtendCmd gives agencies more time.
type seasonExtendCmd struct {
	sheetFlags
	Stage  assess.Stage `help:"Stage that ends later." enum:"draft,submitted,appraised,review,council" required:"" placeholder:"STAGE"`
	Until  string       `help:"New deadline, as 2026-12-05T17:00:00+07:00; '-' takes the time back." required:"" placeholder:"TIME"`
	Reason string       `help:"Why; it stands in the log of acts." required:"" placeholder:"TEXT"`
}

// Examples ends the help of the command.
func (*seasonExtendCmd) Examples() []string {
	return []string{"thuocdo season extend par-2026 --agency 04 --stage draft --until 2026-12-05T17:00:00+07:00 --reason 'flood'"}
}

// Run stores the new deadline; that of all stays.
func (s *seasonExtendCmd) Run(ctx context.Context, c *console) error {
	if len(s.Agency) == 0 {
		return usage("--agency: who gets more time?")
	}
	var until time.Time
	if s.Until != "-" {
		var found phrase.Mistakes
		if until = instant("--until", s.Until, &found); len(found) > 0 {
			return usage("--until: %q: 2027-03-01T00:00:00+07:00 is the expected form", s.Until)
		}
	}
	return s.with(ctx, func(store *data.Store) error {
		n, err := s.each(ctx, store, func(assess.Sheet) []assess.Act {
			return []assess.Act{assess.Extend{Stage: s.Stage, Until: until, Reason: s.Reason}}
		})
		switch {
		case err != nil:
		case until.IsZero():
			c.say("%s ends for %d agencies as for all", s.Stage, n)
		default:
			c.say("%s ends for %d agencies at %s", s.Stage, n, until.Format(time.RFC3339))
		}
		return err
	})
}
