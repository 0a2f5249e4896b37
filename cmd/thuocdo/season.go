package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"thuocdo/data"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// seasonCmd is assessment: what agencies score themselves, what others decide.
type seasonCmd struct {
	New      seasonNewCmd      `cmd:"" help:"Plan a season from a file, or change it."`
	Open     seasonOpenCmd     `cmd:"" help:"Let agencies begin."`
	Status   seasonStatusCmd   `cmd:"" help:"Say how far every agency is."`
	Import   seasonImportCmd   `cmd:"" help:"Read claims, appraisals, appeals or decisions from a file."`
	Submit   seasonSubmitCmd   `cmd:"" help:"Hand sheets over that the head of the agency approved."`
	Advance  seasonAdvanceCmd  `cmd:"" help:"End the stage of sheets."`
	Reopen   seasonReopenCmd   `cmd:"" help:"Put a sheet back to an earlier stage, with a reason."`
	Extend   seasonExtendCmd   `cmd:"" help:"Give agencies more time than the others, with a reason."`
	Export   seasonExportCmd   `cmd:"" help:"Write scores as the command index reads them, or claims to edit and import."`
	Evidence seasonEvidenceCmd `cmd:"" help:"Files of documents behind claims: add, list, verify, sweep."`
	Remind   seasonRemindCmd   `cmd:"" help:"Write to people about what is due."`
	Close    seasonCloseCmd    `cmd:"" help:"Make what is final the scores of the index."`
}

// Examples ends the help of the noun: its verbs have theirs.
func (*seasonCmd) Examples() []string {
	return []string{
		"thuocdo season new par-2026.json && thuocdo season open par-2026",
		"thuocdo season import par-2026 --as claims claims.xlsx --dry-run",
		"thuocdo season submit par-2026 --agency 01 --head 'Trần Văn A'",
		"thuocdo season status par-2026",
	}
}

// seasonFile is a season as a file gives it.
type seasonFile struct {
	Code       string      `json:"code"`
	Title      phrase.Text `json:"title"`
	Framework  string      `json:"framework"`
	Version    string      `json:"version"`
	Period     string      `json:"period"`
	Agencies   []string    `json:"agencies"`
	Rounds     int         `json:"rounds"`
	Deadlines  dueFile     `json:"deadlines"`
	Remind     []int       `json:"remind"`
	Appraisers []struct {
		Login string   `json:"login"`
		Nodes []string `json:"nodes"`
	} `json:"appraisers"`
	Council struct {
		Members []string `json:"members"`
		Quorum  int      `json:"quorum"`
	} `json:"council"`
}

// dueFile are the deadlines as a file gives them.
type dueFile struct {
	Submit   string `json:"submit"`
	Appraise string `json:"appraise"`
	Explain  string `json:"explain"`
	Review   string `json:"review"`
	Decide   string `json:"decide"`
}

// season checks the times and gives the season; the store checks the rest.
func (f *seasonFile) season() (assess.Season, error) {
	var found phrase.Mistakes
	at := func(path, text string) (t time.Time) {
		if text != "" {
			t = instant(path, text, &found)
		}
		return t
	}
	x := assess.Season{Code: f.Code, Title: f.Title, Framework: f.Framework, Version: f.Version, Period: f.Period, Agencies: f.Agencies, Rounds: f.Rounds, Remind: f.Remind,
		Board: assess.Board{Members: f.Council.Members, Quorum: f.Council.Quorum},
		Deadlines: assess.Deadlines{Submit: at("$.deadlines.submit", f.Deadlines.Submit), Appraise: at("$.deadlines.appraise", f.Deadlines.Appraise),
			Explain: at("$.deadlines.explain", f.Deadlines.Explain), Review: at("$.deadlines.review", f.Deadlines.Review), Decide: at("$.deadlines.decide", f.Deadlines.Decide)}}
	for _, a := range f.Appraisers {
		x.Appraisers = append(x.Appraisers, assess.Appraiser{Login: a.Login, Nodes: a.Nodes})
	}
	return x, found.Err()
}

// readSeason reads the file of a season; the error is phrase.Mistakes.
func readSeason(file []byte) (assess.Season, error) {
	var f seasonFile
	if found := phrase.Decode(file, &f); len(found) > 0 {
		return assess.Season{}, found
	}
	return f.season()
}

// seasonNewCmd plans a season.
type seasonNewCmd struct {
	dbFlag
	File string `arg:"" help:"File to read, '-' is stdin."`
	Lang string `help:"Language of the list of mistakes." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
}

// Examples ends the help of the command.
func (*seasonNewCmd) Examples() []string {
	return []string{
		"thuocdo season new par-2026.json",
		`# {"code":"par-2026","title":{"vi":"…"},"framework":"par-index-province","period":"2026",`,
		`#  "agencies":["01","04"],"rounds":2,`,
		`#  "deadlines":{"submit":"2026-12-01T17:00:00+07:00","appraise":"…","explain":"…","review":"…","decide":"…"},`,
		`#  "appraisers":[{"login":"lan","nodes":["1","2.3"]}],"council":{"members":["An","Bình","Chi"],"quorum":2}}`,
	}
}

// Run reads, checks and stores.
func (s *seasonNewCmd) Run(ctx context.Context, c *console) error {
	files := fileFlags{dbFlag: s.dbFlag, File: s.File, Lang: s.Lang}
	b, err := files.definition(c)
	if err != nil {
		return err
	}
	x, err := readSeason(b)
	if err != nil {
		return files.fault(err)
	}
	store, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.PutSeason(ctx, x); err != nil {
		return files.fault(err)
	}
	c.say("season %s of %d agencies is planned; 'thuocdo season open %s' lets them begin", x.Code, len(x.Agencies), x.Code)
	return nil
}

// seasonFlags name a season.
type seasonFlags struct {
	dbFlag
	Code string `arg:"" help:"Code of the season."`
}

// with opens the store for writing and hands it over.
func (f seasonFlags) with(ctx context.Context, do func(*data.Store) error) error {
	store, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	return f.hint(do(store))
}

// hint says what to do about what a season refused.
func (f seasonFlags) hint(err error) error {
	switch {
	case errors.Is(err, assess.ErrUnknown):
		return withHint(err, "'thuocdo season new FILE' plans one")
	case errors.Is(err, assess.ErrLate):
		return withHint(err, "'thuocdo season new FILE' with later deadlines gives all more time, 'thuocdo season extend' one agency")
	case errors.Is(err, assess.ErrStage), errors.Is(err, assess.ErrState):
		return withHint(err, "'thuocdo season status %s' says how far it is", f.Code)
	}
	return err
}

// seasonOpenCmd opens a season.
type seasonOpenCmd struct{ seasonFlags }

// Examples ends the help of the command.
func (*seasonOpenCmd) Examples() []string { return []string{"thuocdo season open par-2026"} }

// Run opens it.
func (s *seasonOpenCmd) Run(ctx context.Context, c *console) error {
	return s.with(ctx, func(store *data.Store) error {
		if err := store.OpenSeason(ctx, s.Code); err != nil {
			return err
		}
		c.say("season %s is open", s.Code)
		return nil
	})
}

// seasonCloseCmd closes a season.
type seasonCloseCmd struct{ seasonFlags }

// Examples ends the help of the command.
func (*seasonCloseCmd) Examples() []string {
	return []string{"thuocdo season close par-2026", "thuocdo export ranking --framework par-index-province --period 2026"}
}

// Run closes it.
func (s *seasonCloseCmd) Run(ctx context.Context, c *console) error {
	return s.with(ctx, func(store *data.Store) error {
		if err := store.CloseSeason(ctx, s.Code); err != nil {
			return err
		}
		c.say("season %s is closed, its scores are those of the index", s.Code)
		return nil
	})
}

// seasonStatusCmd says how far a season is.
type seasonStatusCmd struct {
	seasonFlags
	JSON bool `help:"One line of JSON per agency."`
}

// Examples ends the help of the command.
func (*seasonStatusCmd) Examples() []string {
	return []string{"thuocdo season status par-2026", "thuocdo season status par-2026 --json | jq 'select(.stage==\"draft\").agency'"}
}

// sheetStatus is one sheet as a list shows it.
type sheetStatus struct {
	Agency string       `json:"agency"`
	Stage  assess.Stage `json:"stage"`
	Due    *time.Time   `json:"due,omitempty"`
	Head   string       `json:"head,omitempty"`
	assess.Progress
}

// Run prints one line per agency.
func (s *seasonStatusCmd) Run(ctx context.Context, c *console) error {
	store, err := s.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	season, plan, err := store.Season(ctx, s.Code)
	if err != nil {
		return s.hint(err)
	}
	list, err := store.Sheets(ctx, s.Code)
	if err != nil {
		return err
	}
	if !s.JSON {
		c.say("season %s (%s %s, %s) is %s", season.Code, season.Framework, season.Version, season.Period, season.State)
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for i := range list {
		line := sheetStatus{Agency: list[i].Agency, Stage: list[i].Stage, Head: list[i].Head, Progress: list[i].Progress(plan)}
		due := "-"
		if at := season.DueFor(&list[i], line.Stage); !at.IsZero() {
			line.Due, due = &at, at.In(survey.Vietnam).Format("2006-01-02 15:04")
		}
		if s.JSON {
			err = c.json(line)
		} else {
			_, err = fmt.Fprintf(table, "%s\t%s\tdue %s\tfilled %d/%d\tappraised %d/%d\tappealed %d\tpoints %.2f/%.2f\n",
				line.Agency, line.Stage, due, line.Filled, line.Claims, line.Appraised, line.Leaves, line.Appealed, line.Standing, line.Max)
		}
		if err != nil {
			return err
		}
	}
	return table.Flush()
}

// sheetFlags name sheets of a season.
type sheetFlags struct {
	seasonFlags
	Agency []string `help:"Only these agencies; may be repeated." placeholder:"CODE"`
}

// each lets do say what is done to every sheet that is meant, in one transaction.
func (f *sheetFlags) each(ctx context.Context, store *data.Store, do func(assess.Sheet) []assess.Act) (n int, err error) {
	list, err := store.Sheets(ctx, f.Code)
	if err != nil {
		return 0, err
	}
	var turns []assess.Turn
	for _, sheet := range list {
		if len(f.Agency) > 0 && !slices.Contains(f.Agency, sheet.Agency) {
			continue
		}
		if acts := do(sheet); len(acts) > 0 {
			turns = append(turns, assess.Turn{Agency: sheet.Agency, Acts: acts})
		}
	}
	for _, code := range f.Agency {
		if !slices.ContainsFunc(list, func(s assess.Sheet) bool { return s.Agency == code }) {
			return 0, fmt.Errorf("%s: %w", code, assess.ErrNoSheet)
		}
	}
	return len(turns), store.Assess(ctx, f.Code, turns...)
}

// seasonSubmitCmd submits sheets.
type seasonSubmitCmd struct {
	sheetFlags
	Head string `help:"Name of the head who approved." required:"" placeholder:"NAME"`
}

// Examples ends the help of the command.
func (*seasonSubmitCmd) Examples() []string {
	return []string{"thuocdo season submit par-2026 --agency 01 --head 'Trần Văn A'"}
}

// Run submits the drafts among them.
func (s *seasonSubmitCmd) Run(ctx context.Context, c *console) error {
	if len(s.Agency) == 0 {
		return usage("--agency: whose head approved?")
	}
	return s.with(ctx, func(store *data.Store) error {
		n, err := s.each(ctx, store, func(assess.Sheet) []assess.Act { return []assess.Act{assess.Submit{Head: s.Head}} })
		if err == nil {
			c.say("%d sheets are submitted", n)
		}
		return err
	})
}

// seasonAdvanceCmd ends stages.
type seasonAdvanceCmd struct {
	sheetFlags
	From assess.Stage `help:"Only sheets at this stage." enum:"submitted,appraised,review,council" required:"" placeholder:"STAGE"`
	Done bool         `help:"The agencies have explained all, before their deadline."`
}

// Examples ends the help of the command.
func (*seasonAdvanceCmd) Examples() []string {
	return []string{"thuocdo season advance par-2026 --from submitted", "thuocdo season advance par-2026 --from appraised --agency 01 --done"}
}

// Run takes the sheets to the next stage.
func (s *seasonAdvanceCmd) Run(ctx context.Context, c *console) error {
	return s.with(ctx, func(store *data.Store) error {
		n, err := s.each(ctx, store, func(x assess.Sheet) []assess.Act {
			if x.Stage != s.From {
				return nil
			}
			return []assess.Act{assess.Advance{Done: s.Done}}
		})
		if err == nil {
			c.say("%d sheets went on", n)
		}
		return err
	})
}

// seasonReopenCmd opens sheets again.
type seasonReopenCmd struct {
	sheetFlags
	To     assess.Stage `help:"Stage to go back to." enum:"draft,submitted,appraised,review,council" required:"" placeholder:"STAGE"`
	Reason string       `help:"Why; it stands in the log of acts." required:"" placeholder:"TEXT"`
}

// Examples ends the help of the command.
func (*seasonReopenCmd) Examples() []string {
	return []string{"thuocdo season reopen par-2026 --agency 01 --to draft --reason 'wrong annex'"}
}

// Run puts them back.
func (s *seasonReopenCmd) Run(ctx context.Context, c *console) error {
	if len(s.Agency) == 0 {
		return usage("--agency: whose sheet?")
	}
	return s.with(ctx, func(store *data.Store) error {
		n, err := s.each(ctx, store, func(assess.Sheet) []assess.Act { return []assess.Act{assess.Reopen{To: s.To, Reason: s.Reason}} })
		if err == nil {
			c.say("%d sheets are at %s again", n, s.To)
		}
		return err
	})
}
