package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"thuocdo/data/tabular"
	"thuocdo/scoring/compose"
)

// composeCmd builds a composite indicator from files; it needs no database.
type composeCmd struct {
	Data string `help:"Table of units: uCode, uName, indicators, …" placeholder:"FILE"`
	Meta string `help:"Table of elements: iCode, Parent, Level, Weight, Direction, Type, …" placeholder:"FILE"`
	Spec string `help:"Steps to take, JSON." placeholder:"FILE"`
	Log  string `help:"Rebuild from the log.json of an earlier run instead." placeholder:"FILE"`
	Out  string `help:"Folder to write; a former result in it is replaced as a whole." required:"" placeholder:"DIR"`
}

// Help tells what is written.
func (*composeCmd) Help() string {
	return "Writes one CSV per step, results.csv, ranks.csv, the tables of docs/compose.md and log.json, which rebuilds them."
}

// Examples ends the help of the command.
func (*composeCmd) Examples() []string {
	return []string{"thuocdo compose --data iData.csv --meta iMeta.csv --spec spec.json --out result",
		"thuocdo compose --log result/log.json --out again"}
}

// composeLog holds all that a result depends on.
type composeLog struct {
	Format int             `json:"format"`
	Spec   json.RawMessage `json:"spec"`
	Data   []compose.Row   `json:"data"`
	Meta   []compose.Row   `json:"meta"`
}

// Run reads, builds and writes all or nothing.
func (x *composeCmd) Run(ctx context.Context, c *console) error {
	in, err := x.inputs(ctx, c)
	if err != nil {
		return err
	}
	spec, err := compose.ParseSpec(in.Spec)
	if err != nil {
		return err
	}
	m, err := compose.New(in.Data, in.Meta)
	if err != nil {
		return err
	}
	r, err := composeBuild(ctx, c, m, spec)
	if err != nil {
		return err
	}
	files, err := composeFiles(ctx, c, m, r, spec)
	if err != nil {
		return err
	}
	log, err := json.Marshal(in)
	if err != nil {
		return err
	}
	files["log.json"] = append(log, '\n')
	if err := ctx.Err(); err != nil {
		return err
	}
	return replaceFolder(x.Out, files)
}

// composeBuild builds; a bar counts the weights that an optimisation tries.
func composeBuild(ctx context.Context, c *console, m *compose.Model, spec *compose.Spec) (*compose.Result, error) {
	bar := c.progress("optimising weights", -1)
	defer bar.end()
	return compose.Build(ctx, m, spec, func() { bar.add(1) })
}

func (x *composeCmd) inputs(ctx context.Context, c *console) (in composeLog, err error) {
	if x.Log != "" {
		if x.Data+x.Meta+x.Spec != "" {
			return in, usage("--log stands alone: it holds data, meta and spec")
		}
		b, err := readAll(c, x.Log)
		if err != nil {
			return in, err
		}
		if err := json.Unmarshal(b, &in); err != nil || in.Format != 1 {
			return in, withHint(usage("%s is no log of compose", x.Log), "give the log.json that an earlier run wrote")
		}
		return in, nil
	}
	if x.Data == "" || x.Meta == "" || x.Spec == "" {
		return in, withHint(usage("--data, --meta and --spec are needed together, or --log alone"), "see 'thuocdo compose --help'")
	}
	in.Format = 1
	if in.Spec, err = readAll(c, x.Spec); err != nil {
		return in, err
	}
	in.Spec = bytes.TrimPrefix(in.Spec, []byte("\ufeff"))
	if _, err := compose.ParseSpec(in.Spec); err != nil {
		return in, err
	}
	if in.Data, err = composeRows(ctx, c, x.Data); err == nil {
		in.Meta, err = composeRows(ctx, c, x.Meta)
	}
	return in, err
}

func readAll(c *console, name string) ([]byte, error) {
	f, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 1<<30))
}

func composeRows(ctx context.Context, c *console, name string) (out []compose.Row, err error) {
	f, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for row, err := range tabular.Rows(ctx, f, tabular.Limits{}) {
		if err != nil {
			return nil, err
		}
		out = append(out, compose.Row{Line: row.Line, Cells: append([]string{}, row.Cells...)})
	}
	return out, nil
}

// replaceFolder writes the files into a new folder beside dir and then puts it in its place.
func replaceFolder(dir string, files map[string][]byte) error {
	dir = filepath.Clean(dir)
	if err := replaceable(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), ".compose-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh) // nothing is left there once it was renamed
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(fresh, name), b, 0o644); err != nil {
			return err
		}
	}
	if err := os.Chmod(fresh, 0o755); err != nil {
		return err
	}
	old := fresh + ".old"
	if err := os.Rename(dir, old); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.Rename(fresh, dir); err != nil {
		_ = os.Rename(old, dir) // the first failure is the one to tell
		return err
	}
	return os.RemoveAll(old)
}

// replaceable refuses a folder that holds anything but a former result.
func replaceable(dir string) error {
	if dir == "." || dir == ".." {
		return usage("--out needs a folder of its own, not %s", dir)
	}
	list, err := os.ReadDir(dir)
	if os.IsNotExist(err) || err == nil && len(list) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.Name() == "log.json" && e.Type() == fs.FileMode(0) {
			return nil
		}
	}
	return withHint(usage("%s holds other files", dir), "choose a new folder; only a former result is replaced")
}
