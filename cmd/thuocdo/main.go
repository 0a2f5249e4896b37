// Command thuocdo (thước đo, "yardstick") asks citizens about public services, stores their answers, computes the
// indexes of public administration and shows them.
//
// It is the only package that knows every other one. Each command is a struct in a file of its own: its fields are
// its flags, its Run method does the work, its Examples method ends its help. Settings come from flags, then from
// THUOCDO_* in the environment, then from defaults. Results go to stdout, talk to stderr. It exits with 0 when all
// went well, 1 when something failed and 2 when it was called wrongly.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"thuocdo/survey/audit"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// commands is the command line: one field per command, in the order help shows them.
type commands struct {
	Serve         serveCmd         `cmd:"" help:"Run the service."`
	Demo          demoCmd          `cmd:"" help:"Run the service on a database of made-up data."`
	Import        importCmd        `cmd:"" help:"Read definitions and data from files."`
	Export        exportCmd        `cmd:"" help:"Write results, responses and definitions to files."`
	Framework     frameworkCmd     `cmd:"" group:"Check, convert and compare definition files, without a database." help:"Check, convert and start framework files, without a database."`
	Questionnaire questionnaireCmd `cmd:"" group:"Check, convert and compare definition files, without a database." help:"Check and compare questionnaire files, without a database."`
	Index         indexCmd         `cmd:"" help:"Compute an index from files, without a database."`
	Loss          lossCmd          `cmd:"" group:"Ask of an index: where points go, what if, what changed." help:"Say where points are lost."`
	Whatif        whatifCmd        `cmd:"" group:"Ask of an index: where points go, what if, what changed." help:"Say what other inputs or weights would change."`
	Compare       compareCmd       `cmd:"" group:"Ask of an index: where points go, what if, what changed." help:"Say what changed between two periods or versions, and why."`
	Season        seasonCmd        `cmd:"" group:"Ask of an index: where points go, what if, what changed." help:"Run an assessment: self scores, appraisal, appeals, decisions."`
	Release       releaseCmd       `cmd:"" help:"Seal results, verify sealed files, publish and correct them."`
	Webhook       webhookCmd       `cmd:"" group:"Say who may sign in, who is told of events; invite people with codes." help:"Tell other systems of releases, closed waves and sheets that move on."`
	Account       accountCmd       `cmd:"" group:"Say who may sign in, who is told of events; invite people with codes." help:"Say who may sign in."`
	Audit         auditCmd         `cmd:"" group:"Say who may sign in, who is told of events; invite people with codes." help:"Show and verify the log of who changed what."`
	Invite        inviteCmd        `cmd:"" group:"Say who may sign in, who is told of events; invite people with codes." help:"Invite people with codes that count once; draw posters."`
	Migrate       migrateCmd       `cmd:"" group:"Look after a database and a server." help:"Make a database, or bring an older one up to date."`
	Backup        backupCmd        `cmd:"" group:"Copy a database, put a copy back; erase texts once their time is over." help:"Copy a database while a server uses it, and check the copy."`
	Restore       restoreCmd       `cmd:"" group:"Copy a database, put a copy back; erase texts once their time is over." help:"Put a backup in the place of a database."`
	Doctor        doctorCmd        `cmd:"" group:"Look after a database and a server." help:"Check a database: recount every tally and compare."`
	Retention     retentionCmd     `cmd:"" group:"Copy a database, put a copy back; erase texts once their time is over." help:"Erase what people wrote once its time is over."`
	Bench         benchCmd         `cmd:"" group:"Measure this program on this machine; print its version." help:"Measure this program on this machine."`
	Healthcheck   healthcheckCmd   `cmd:"" group:"Look after a database and a server." help:"Ask the server on this machine whether it is ready."`
	Estimate      estimateCmd      `cmd:"" help:"Survey statistics from a file, with errors that respect the sampling design."`
	Quality       qualityCmd       `cmd:"" group:"Plan and draw a sample, mark doubtful responses." help:"Mark responses of doubtful quality, count what is valid."`
	Sample        sampleCmd        `cmd:"" group:"Plan and draw a sample, mark doubtful responses." help:"Plan and draw a sample: sizes, draws, weights."`
	Compose       composeCmd       `cmd:"" help:"Build a composite indicator from files: steps, ranks, uncertainty."`
	Version       versionCmd       `cmd:"" group:"Measure this program on this machine; print its version." help:"Print the version and what it was built with."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run parses args, runs the command they name and returns the exit code.
func run(ctx context.Context, args, environ []string, in io.Reader, out, talk io.Writer) int {
	c := &console{In: in, Out: out, Err: talk}
	ctx = audit.With(ctx, operator())
	helped := false
	parser, err := kong.New(&commands{},
		kong.Name("thuocdo"),
		kong.Description("Asks citizens about public services, computes the indexes of public administration and shows them."),
		kong.Writers(out, talk),
		kong.Exit(func(int) { helped = true }),
		kong.Help(printHelp),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(c),
	)
	if err != nil { // a mistake in the structs above, found by every test
		return c.fail(err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if err := unknownSettings(parser.Model, environ); err != nil {
		return c.fail(err)
	}
	command, err := parser.Parse(args)
	if helped {
		return exitOK
	}
	if err != nil {
		return c.fail(misuse(err, command))
	}
	err = command.Run()
	c.flush()
	return c.fail(err)
}

// misuse turns what the parser refused into a usage error that points to the help of the command it was about.
func misuse(err error, command *kong.Context) error {
	var p *kong.ParseError
	if command == nil && errors.As(err, &p) {
		command = p.Context
	}
	path := "thuocdo"
	if command != nil {
		if n := command.Selected(); n != nil {
			path = "thuocdo " + n.Path()
		}
	}
	return withHint(usage("%s", err), "see '%s --help'", path)
}
