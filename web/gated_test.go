package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"thuocdo/scoring/standing"
)

// How answers get to a reader. Every route that gives data is in one of the lists below; a new one is a decision.
const (
	byBoard    = "board"    // of boards, which hold what the gate cleared
	bySealed   = "sealed"   // of a sealed file, which holds nothing else
	byStudy    = "study"    // of an analysis: for readers who are kept from small groups through tell
	byOwn      = "own"      // an agency's own figures, for its officers and those who may read them all
	byClose    = "close"    // for those who see figures of any number of people
	byFieldman = "field"    // how many answered, and texts without where they came from, for those who run the wave
	noAnswers  = "none"     // forms, settings, words, files of the program: nothing that people answered
	ownAnswers = "answerer" // a form goes back to who is filling it in, or its receipt
)

// gates says, by the beginning of a path, how its answers get out. The longest beginning holds.
var gates = map[string]string{
	"/": noAnswers, "/khao-sat": ownAnswers, "/bien-nhan": ownAnswers, "/lam-tiep": ownAnswers, "/kiosk": ownAnswers, "/moi": ownAnswers, "/ngung-thu": noAnswers,
	besidePath: byBoard, embedPath: byBoard, embedPath + "/cong-bo": bySealed,
	"/xep-hang": byBoard, "/co-quan": byBoard, "/co-quan/:agency" + toldName: noAnswers, "/so-sanh": byBoard, "/phuong-phap": noAnswers, "/cong-bo": bySealed, "/cong-bo.atom": bySealed,
	"/dang-nhap": noAnswers, "/dang-xuat": noAnswers, "/tai-khoan": noAnswers, "/kich-hoat": noAnswers, forgotPath: noAnswers, "/static": noAnswers, "/favicon.ico": noAnswers, "/robots.txt": noAnswers,
	"/healthz": noAnswers, "/readyz": noAnswers, "/api/v1/waves": ownAnswers, "/api/v1/receipts": ownAnswers, "/api/v1/indexes": byBoard, "/api/v1/releases": bySealed,
	"/api/v1/agencies/:agency/results": byOwn, "/api/v1/waves/:wave/responses": byClose, "/quan-tri": noAnswers, "/quan-tri/xep-hang": byClose, "/quan-tri/co-quan": byOwn, "/quan-tri/gia-dinh": byOwn, remediesPath: byOwn, reformsPath: byOwn,
	"/quan-tri/cong-bo": bySealed, heldPath: byBoard, "/quan-tri/phan-tich": byStudy, "/quan-tri/phan-tich/:wave/" + microdataName: byClose,
	"/quan-tri/dot-khao-sat": noAnswers, "/quan-tri/dot-khao-sat/:wave/tien-do": byFieldman, "/quan-tri/dot-khao-sat/:wave/y-kien": byFieldman,
	"/quan-tri/dot-khao-sat/:wave/kiem-phieu": byFieldman, "/quan-tri/tien-do": byFieldman, "/quan-tri/phieu-giay": byFieldman,
}

func gateOf(path string) (gate string) {
	best := ""
	for p, g := range gates {
		if (path == p || strings.HasPrefix(path, strings.TrimSuffix(p, "/")+"/")) && len(p) >= len(best) {
			best, gate = p, g
		}
	}
	return gate
}

func TestEveryRouteSaysHowAnswersGetOut(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	public, used := 0, map[string]bool{}
	for _, r := range s.routes {
		g := gateOf(r.path)
		used[g] = true
		if r.method == http.MethodGet && !r.who.session && !slices.Contains([]string{byBoard, bySealed, noAnswers, ownAnswers}, g) {
			t.Errorf("%s is for everybody, but its answers come out by %q", r.path, g)
		}
		if g == byBoard || g == bySealed {
			public++
		}
		if first, _, _ := strings.Cut(strings.TrimPrefix(r.path, "/"), "/"); r.path != "/" && gates["/"+first] == "" && !strings.HasPrefix(r.path, "/api/") {
			t.Errorf("nothing is said of how %s gives answers away", r.path)
		}
	}
	if public == 0 || !used[byStudy] || !used[byOwn] || !used[byClose] {
		t.Errorf("%d public routes, gates %v", public, used)
	}
}

// ungated are calls that give answers which did not go through a gate, with the files that may make them: those that take what comes
// straight to the gate, and those that are for readers who may see everything.
var ungated = map[string][]string{
	"standing.Assemble": {"board.go", "hold.go", "reviewbatch.go"},
	"standing.Inputs":   {"hold.go"},
	".inputs":           {"loss.go", "sandbox.go", "compare.go"},
	"standing.All":      {},
	".Surveys":          {"board.go", "hold.go", "reviewbatch.go"}, // witness, heldSource and previewed: a source to a source
	".Scan":             {"studies.go", "fieldplan.go"},
	".Weighted":         {"studies.go"},
	".Reviewed":         {"studies.go", "marks.go"},
}

// gated are the calls of a gate that the files with public figures must make.
var gated = map[string]string{"board.go": "published", "hold.go": "published", "loss.go": "published", "sandbox.go": "published", "compare.go": "release.Sides", "analysis.go": "s.tell"}

func TestOnlyTheGateLetsAnswersOut(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	must(t, err)
	called := map[string]map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		must(t, err)
		called[name] = callsOf(t, name, src)
		for call, may := range ungated {
			if called[name][call] && !slices.Contains(may, name) {
				t.Errorf("%s calls %s: what it gives did not go through the gate", name, call)
			}
		}
	}
	for name, gate := range gated {
		if !called[name][gate] {
			t.Errorf("%s does not call %s", name, gate)
		}
	}
	if !callsOf(t, "x.go", []byte("package x\nfunc f() { standing.Inputs(1); a.b.Scan(2) }"))[".Scan"] {
		t.Error("the test does not see calls")
	}
}

// callsOf returns the functions that a file calls: package.Name, receiver.Name, .Name of any receiver, Name.
func callsOf(t *testing.T, name string, src []byte) map[string]bool {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
	must(t, err)
	out := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			out[fun.Name] = true
		case *ast.SelectorExpr:
			out["."+fun.Sel.Name] = true
			if x, ok := fun.X.(*ast.Ident); ok {
				out[x.Name+"."+fun.Sel.Name] = true
			}
		}
		return true
	})
	return out
}

func TestAPublicBoardIsClearedOrThereIsNone(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	for _, v := range []standing.View{standing.Public, standing.Live} {
		b, err := s.boards.get(t.Context(), standing.Query{Framework: "sipas", Period: "2025", View: v})
		must(t, err)
		if b.Cleared.OK() != (v == standing.Public) || b.Answers != nil && v == standing.Public {
			t.Errorf("view %d: cleared %v, answers kept %v", v, b.Cleared.OK(), b.Answers != nil)
		}
	}
}
