package analysis

import (
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/estimate"
)

// Names of the files that commands read: the responses as export writes them, and the known totals.
const (
	DataFile   = "responses.csv"
	MarginFile = "margins.csv"
)

// Command is a command line, word by word, that gives the numbers of a table again from the exported responses.
type Command []string

// String writes the command for a POSIX shell.
func (c Command) String() string {
	words := make([]string, len(c))
	for i, w := range c {
		words[i] = quoted(w)
	}
	return strings.Join(words, " ")
}

// quoted puts a word in quotes where a shell would read something into it.
func quoted(w string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./=+,:%@", r)
	}
	if w != "" && strings.IndexFunc(w, func(r rune) bool { return !plain(r) }) < 0 {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}

// Export is the command that writes DataFile.
func (s *Study) Export() Command {
	return Command{"thuocdo", "export", "responses", "--wave", s.Wave, "--columns", "analysis", "-o", DataFile}
}

func float(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// shared are the flags of a lens.
func (s *Study) shared(l Lens, w *WeightResult) (c Command) {
	c = append(c, s.designFlags()...)
	switch l.Weights.Method {
	case MethodRake:
		c = append(c, "--rake", MarginFile)
		if l.Weights.MaxRatio > 1 {
			c = append(c, "--max-ratio", float(l.Weights.MaxRatio))
		}
	case MethodPost:
		c = append(c, "--poststratify", MarginFile)
	}
	if l.Weights.TrimHigh > 0 && w != nil && w.Cuts[0] < w.Cuts[1] {
		c = append(c, "--trim", "p"+float(l.Weights.TrimLow)+",p"+float(l.Weights.TrimHigh))
	}
	if l.Where.Column != "" {
		c = append(c, "--where", l.Where.Column+"="+l.Where.Value)
	}
	return c
}

func (s *Study) designFlags() (c Command) {
	list := func(flag string, columns []string) {
		if len(columns) > 0 {
			c = append(c, flag, strings.Join(columns, ","))
		}
	}
	list("--strata", s.Spec.Strata)
	list("--cluster", s.Spec.Clusters)
	list("--fpc", s.Spec.FPC)
	if s.Spec.Weight != "" {
		c = append(c, "--weight", s.Spec.Weight)
	}
	if s.Spec.Nest {
		c = append(c, "--nest")
	}
	if s.Spec.Lonely != "" && s.Spec.Lonely != estimate.LonelyFail {
		c = append(c, "--lonely-psu", string(s.Spec.Lonely))
	}
	return c
}

// start begins an estimate command.
func start(words ...string) Command {
	return append(Command{"thuocdo", "estimate"}, append(words, "--data", DataFile)...)
}

func (l Lens) interval() (c Command) {
	if l.Interval != "" && l.Interval != estimate.Wald {
		c = append(c, "--ci", string(l.Interval))
	}
	return append(c, l.confidenceFlag()...)
}

func (l Lens) confidenceFlag() (c Command) {
	if x := l.confidence(); x != 0.95 {
		c = Command{"--level", float(x)}
	}
	return c
}

// ShareCommand gives the shares of a crosstab again.
func (s *Study) ShareCommand(x *Cross) Command {
	c := start("stat", "--stat", "share")
	switch r := x.Request; r.Of {
	case OfCol:
		c = append(c, "--var", r.Row, "--by", r.Col)
	case OfAll:
		c = append(c, "--var", jointColumn+"="+r.Row+"*"+r.Col)
	default:
		c = append(c, "--var", r.Col, "--by", r.Row)
	}
	return slices.Concat(c, s.shared(x.Request.Lens, x.Weighted), x.Request.interval())
}

// TestCommand gives the test of a crosstab again.
func (s *Study) TestCommand(x *Cross) Command {
	return append(start("test", "--crosstab", x.Request.Row+","+x.Request.Col), s.shared(x.Request.Lens, x.Weighted)...)
}

// PairCommand gives the comparison of the rows of a crosstab again.
func (s *Study) PairCommand(x *Cross) Command {
	r := x.Request
	c := start("test", "--stat", "share", "--var", r.Col, "--levels", r.Compare, "--by", r.Row)
	return slices.Concat(c, pairFlag(r.A, r.B), s.shared(r.Lens, x.Weighted), r.confidenceFlag())
}

func pairFlag(a, b string) Command {
	if a == "" || b == "" {
		return nil
	}
	return Command{"--pair", a + "," + b}
}

// MeanCommand gives the means of groups again.
func (s *Study) MeanCommand(m *Means) Command {
	c := start("stat", "--stat", "mean", "--var", m.Outcome.Flag(), "--by", m.Request.By)
	return slices.Concat(c, s.shared(m.Request.Lens, m.Weighted), m.Request.confidenceFlag())
}

// RankCommand gives the test of groups again.
func (s *Study) RankCommand(m *Means) Command {
	return append(start("test", "--rank", m.Outcome.Flag(), "--by", m.Request.By), s.shared(m.Request.Lens, m.Weighted)...)
}

// MeanPairCommand gives the comparison of groups again.
func (s *Study) MeanPairCommand(m *Means) Command {
	c := start("test", "--var", m.Outcome.Flag(), "--by", m.Request.By)
	return slices.Concat(c, pairFlag(m.Request.A, m.Request.B), s.shared(m.Request.Lens, m.Weighted), m.Request.confidenceFlag())
}

// DriverCommand gives a driver analysis again.
func (s *Study) DriverCommand(d *Drivers) Command {
	var on []string
	for _, t := range d.Terms {
		on = append(on, t.Flag())
	}
	c := start("drivers", "--outcome", d.Outcome.Flag(), "--on", strings.Join(on, ","))
	c = append(c, s.shared(d.Request.Lens, d.Weighted)...)
	if d.Reps > 0 {
		c = append(c, "--replicates", "bootstrap", "--reps", strconv.Itoa(d.Reps), "--seed", strconv.FormatUint(uint64(d.Request.Seed), 10))
	}
	return append(c, d.Request.confidenceFlag()...)
}

// ReliabilityCommand gives a reliability analysis again.
func (s *Study) ReliabilityCommand(x *Reliability) Command {
	var names []string
	for _, v := range x.Items {
		names = append(names, v.Code)
	}
	c := start("reliability", "--items", strings.Join(names, ","))
	l := x.Request.Lens
	plain := Study{Spec: estimate.Spec{Weight: s.Spec.Weight}}
	return append(c, plain.shared(l, x.Weighted)...)
}

// ItemCommand gives the distribution of a question again; a number has its mean.
func (s *Study) ItemCommand(x *Overview, i Item) Command {
	stat := "share"
	if i.Kind == Number {
		stat = "mean"
	}
	return slices.Concat(start("stat", "--stat", stat, "--var", i.Code), s.shared(x.Request.Lens, x.Weighted), x.Request.interval())
}

// MeanItemCommand gives the mean of a question again.
func (s *Study) MeanItemCommand(x *Overview, i Item) Command {
	return slices.Concat(start("stat", "--stat", "mean", "--var", i.Code), s.shared(x.Request.Lens, x.Weighted), x.Request.confidenceFlag())
}
