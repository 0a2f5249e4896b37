package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// room is a part of the house with what its files may import.
// Of the lists the longest matching prefix decides; "std" stands for the standard library.
type room struct {
	path  string // packages at or below this path
	may   []string
	never []string
}

// outside lists what no pure package may touch: SQL, HTTP, the environment, logs.
var outside = []string{"net", "database", "log", "os", "syscall", "plugin", "html/template", "embed"}

// rooms are the rules of docs/architecture.md. The first room whose path matches a package is its room.
var rooms = []room{
	{"thuocdo/scoring", []string{"std", "gonum.org/v1/gonum", "golang.org/x/text", "thuocdo/scoring"}, outside},
	{"thuocdo/survey", []string{"std", "gonum.org/v1/gonum", "golang.org/x/text", "thuocdo/survey", "thuocdo/scoring/phrase"}, outside},
	{"thuocdo/data", []string{"*"}, []string{"thuocdo/web", "thuocdo/cmd", "net/http", echoPath, echoCommon, validatorPath}},
	{"thuocdo/docs", []string{"embed"}, nil},
	{"thuocdo/web", []string{"*"}, []string{"thuocdo/data", "thuocdo/cmd", sqlPath, sqlitePath}},
	{"thuocdo/cmd", []string{"*"}, []string{sqlPath, sqlitePath, echoPath, echoCommon}},
}

const (
	echoPath      = "github.com/labstack/echo"
	echoCommon    = "github.com/labstack/gommon"
	validatorPath = "github.com/go-playground/validator"
	sqlPath       = "database/sql"
	sqlitePath    = "github.com/mattn/go-sqlite3"
)

// under reports whether path p is at or below prefix.
func under(p, prefix string) bool { return p == prefix || strings.HasPrefix(p, prefix+"/") }

// brokenRule says which rule the import of imp into pkg breaks, or returns "".
func brokenRule(pkg, imp string) string {
	i := slices.IndexFunc(rooms, func(r room) bool { return under(pkg, r.path) })
	if i < 0 {
		return pkg + " is in no room of docs/architecture.md"
	}
	r := rooms[i]
	for _, n := range r.never {
		if under(imp, n) {
			return pkg + " must never import " + imp
		}
	}
	std := !strings.Contains(strings.Split(imp, "/")[0], ".") && !under(imp, "thuocdo")
	for _, m := range r.may {
		if m == "*" || m == "std" && std || under(imp, m) {
			return ""
		}
	}
	return pkg + " may not import " + imp
}

func TestImportRulesKnowGoodFromBad(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pkg, imp string
		ok       bool
	}{
		{"thuocdo/scoring", "gonum.org/v1/gonum/stat", true},
		{"thuocdo/scoring", "thuocdo/survey", false},
		{"thuocdo/scoring/standing", "thuocdo/data", false},
		{"thuocdo/scoring", "github.com/labstack/echo/v4", false},
		{"thuocdo/survey", "thuocdo/scoring/phrase", true},
		{"thuocdo/survey", "thuocdo/scoring", false},
		{"thuocdo/survey", "net/http", false},
		{"thuocdo/survey/simulate", "log/slog", false},
		{"thuocdo/survey", "os", false},
		{"thuocdo/survey", "crypto/sha256", true},
		{"thuocdo/data", "database/sql", true},
		{"thuocdo/data", "thuocdo/scoring", true},
		{"thuocdo/data", "thuocdo/web", false},
		{"thuocdo/data/export", "github.com/labstack/echo/v4", false},
		{"thuocdo/web", "github.com/labstack/echo/v4/middleware", true},
		{"thuocdo/web", "thuocdo/data/reference", false},
		{"thuocdo/web", "database/sql", false},
		{"thuocdo/cmd/thuocdo", "thuocdo/data", true},
		{"thuocdo/cmd/thuocdo", "github.com/mattn/go-sqlite3", false},
		{"thuocdo/util", "fmt", false},
		{"thuocdo/scoringx", "fmt", false},
	} {
		if got := brokenRule(c.pkg, c.imp); (got == "") != c.ok {
			t.Errorf("%s importing %s: got %q, allowed should be %v", c.pkg, c.imp, got, c.ok)
		}
	}
}

func TestEveryImportKeepsTheRules(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		for _, s := range f.syntax.Imports {
			if broken := brokenRule(f.pkg, strings.Trim(s.Path.Value, `"`)); broken != "" {
				t.Errorf("%s: %s", f.name, broken)
			}
		}
	}
}

// TestPureRoomsReadNoClock: time enters through Now, never through the wall clock.
func TestPureRoomsReadNoClock(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		if !under(f.pkg, "thuocdo/survey") && !under(f.pkg, "thuocdo/scoring") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && readsClock(s) {
				t.Errorf("%s: time.%s in a pure package", f.name, s.Sel.Name)
			}
			return true
		})
	}
}

func readsClock(s *ast.SelectorExpr) bool {
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker"}, s.Sel.Name)
}

func TestEveryPackageHasADocComment(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, f := range goFiles(t) {
		documented[f.pkg] = documented[f.pkg] || f.syntax.Doc != nil
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %s has no doc comment", pkg)
		}
	}
}

func TestEveryExportedNameHasADocComment(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		for _, name := range undocumented(f.syntax) {
			t.Errorf("%s: exported %s has no doc comment", f.name, name)
		}
	}
}

// undocumented lists the exported functions, methods of exported types and types of a file that nothing is said about.
// A group of constants or variables is documented by the comment on the group.
func undocumented(f *ast.File) (names []string) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && d.Name.IsExported() && !bySignature[d.Name.Name] && receiverExported(d) {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if s, ok := s.(*ast.TypeSpec); ok && s.Name.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					names = append(names, s.Name.Name)
				}
			}
		}
	}
	return names
}

// bySignature are methods whose meaning is fixed by an interface of the standard library.
var bySignature = map[string]bool{"Error": true, "Unwrap": true, "Len": true, "Less": true, "Swap": true, "String": true,
	"MarshalJSON": true, "UnmarshalJSON": true, "MarshalText": true, "UnmarshalText": true}

func receiverExported(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	t := d.Recv.List[0].Type
	if s, ok := t.(*ast.StarExpr); ok {
		t = s.X
	}
	if x, ok := t.(*ast.IndexExpr); ok {
		t = x.X
	}
	id, ok := t.(*ast.Ident)
	return ok && id.IsExported()
}

// unfinished matches words that must not reach a user or a reader of the code, and paths of one machine.
// They are spelt with brackets so that this line does not match itself.
var unfinished = regexp.MustCompile(`\b([T]ODO|[F]IXME|[X]XX|[H]ACK)\b|(?i:[l]orem ipsum)|/[r]oot/|/[h]ome/[a-z]|/tmp/[w]/`)

// vague matches type names that say nothing.
var vague = regexp.MustCompile(`^[A-Za-z]*(Manager|Helper|Util|Utils|Base|Info)$`)

func TestTextFilesAreFinishedUTF8InComposedForm(t *testing.T) {
	t.Parallel()
	for _, name := range tracked(t) {
		text, err := os.ReadFile(filepath.Join(root(t), name))
		if err != nil || !isText(name) {
			continue // deleted but not committed, or binary
		}
		if !utf8.Valid(text) {
			t.Errorf("%s is not UTF-8", name)
		}
		if !norm.NFC.IsNormal(text) {
			t.Errorf("%s has letters that are not in composed form (NFC)", name)
		}
		if m := unfinished.Find(text); m != nil && name != "LICENSE" {
			t.Errorf("%s contains %q", name, m)
		}
	}
}

func TestUnfinishedWordsAreFound(t *testing.T) {
	t.Parallel()
	for text, bad := range map[string]bool{
		"// TO" + "DO: later": true, "see /ro" + "ot/x": true, "Lorem" + " ipsum": true,
		"todos los santos": false, "hackathon": false, "the root of": false,
	} {
		if unfinished.MatchString(text) != bad {
			t.Errorf("%q: matched should be %v", text, bad)
		}
	}
}

func TestTypeNamesSaySomething(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok && vague.MatchString(s.Name.Name) {
				t.Errorf("%s: type %s says nothing", f.name, s.Name.Name)
			}
			return true
		})
	}
}

// source is one non-test Go file.
type source struct {
	name   string // path below the module root
	pkg    string // import path
	syntax *ast.File
}

// goFiles parses every non-test Go file of the module.
func goFiles(t *testing.T) (files []source) {
	t.Helper()
	for _, name := range tracked(t) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata/") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root(t), name), nil, parser.ParseComments)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, source{name, path.Join("thuocdo", path.Dir(name)), f})
	}
	if len(files) < 20 {
		t.Fatalf("only %d Go files found: the guard looks in the wrong place", len(files))
	}
	return files
}

// tracked lists the files of the module below its root: those git knows, or every file where there is no git.
func tracked(t *testing.T) (names []string) {
	t.Helper()
	git := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	git.Dir = root(t)
	if out, err := git.Output(); err == nil && len(out) > 0 {
		return strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	}
	err := fs.WalkDir(os.DirFS(root(t)), ".", func(p string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == "bin") {
			return fs.SkipDir
		}
		if err == nil && !d.IsDir() {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// root returns the folder with go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for ; err == nil && dir != "/"; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatalf("no go.mod above the test: %v", err)
	return ""
}

func isText(name string) bool {
	switch path.Ext(name) {
	case ".png", ".ico", ".woff2", ".xlsx", ".gz", ".br", ".db", ".zip":
		return false
	}
	return true
}
