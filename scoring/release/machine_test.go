package release

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"thuocdo/scoring/sampled"
)

var ratings = []string{"1", "2", "3", "4", "5"}

var processors = flag.String("processors", "arm64", "processors, as GOARCH names them, whose bytes are compared with those of this one")

// specimensIn names the folder that the test binary puts its own specimens into, on another machine or in other settings.
const specimensIn = "THUOCDO_TEST_SPECIMENS"

// specimens are files sealed by every method: answers that are counted, scores, answers of a design, and those weighted to known totals.
func specimens(tb testing.TB) map[string][]byte {
	tb.Helper()
	out := map[string][]byte{}
	for seed := range uint64(6) {
		for _, x := range [][2]string{{"voice", ""}, {"voice", "mean"}, {"reform", ""}} {
			out[fmt.Sprintf("%d%s%s.thuocdo", seed, x[0], x[1])] = mustSeal(tb, newCountry(tb, 34, seed), x[0], x[1]).File
		}
		for name, margins := range map[string][]sampled.Margin{"drawn": nil, "raked": {{Question: "q1", Levels: ratings, Totals: []float64{110, 190, 305, 170, 225}},
			{Question: "q2", Levels: ratings, Totals: []float64{200, 210, 190, 170, 230}}}} {
			c := newCountry(tb, 10, seed)
			c.drawTo(tb, seed, margins)
			out[fmt.Sprintf("%d%s.thuocdo", seed, name)] = mustSeal(tb, c, "voice", "mean").File
		}
	}
	return out
}

// TestSpecimensAreSealedAndVerifiedHere is what the tests below run elsewhere: it verifies the files that it finds, and seals its own.
func TestSpecimensAreSealedAndVerifiedHere(t *testing.T) {
	dir := os.Getenv(specimensIn)
	if dir == "" {
		dir = t.TempDir()
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.thuocdo"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(t.Context(), file, nil); err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
		}
	}
	for name, file := range specimens(t) {
		if err := os.WriteFile(filepath.Join(dir, name+".own"), file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// sameElsewhere runs a test binary, which must verify what was sealed here and seal the same bytes itself.
func sameElsewhere(t *testing.T, settings []string, command ...string) {
	t.Helper()
	dir, here := t.TempDir(), specimens(t)
	for name, file := range here {
		if err := os.WriteFile(filepath.Join(dir, name), file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, command[0], append(command[1:], "-test.run=^TestSpecimensAreSealedAndVerifiedHere$")...)
	c.Env = append(append(os.Environ(), specimensIn+"="+dir), settings...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, want := range here {
		got, err := os.ReadFile(filepath.Join(dir, name+".own"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: %s", name, firstLine(got, want))
		}
	}
}

// firstLine says where two files begin to differ.
func firstLine(got, want []byte) string {
	g, w := bytes.SplitAfter(got, []byte("\n")), bytes.SplitAfter(want, []byte("\n"))
	for i := 1; i < min(len(g), len(w)); i++ { // the manifest differs where anything does
		if bytes.Equal(g[i], w[i]) {
			continue
		}
		at := 0
		for at < min(len(g[i]), len(w[i])) && g[i][at] == w[i][at] {
			at++
		}
		from := max(0, at-120)
		return fmt.Sprintf("line %d from byte %d: %q, here %q", i+1, from, g[i][from:min(at+20, len(g[i]))], w[i][from:min(at+20, len(w[i]))])
	}
	return "the manifest or the number of lines"
}

func TestOtherSettingsOfAMachineGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, settings := range [][]string{
		{"LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "LANGUAGE=tr", "TZ=Asia/Kathmandu", "GOMAXPROCS=1"},
		{"LANG=vi_VN", "LC_ALL=vi_VN", "TZ=Pacific/Kiritimati", "GOMAXPROCS=7", "GODEBUG=cpu.all=off"}, // no fused multiplication, no AVX
		{"LANG=C", "LC_ALL=C", "TZ=", "GOGC=20"},
	} {
		sameElsewhere(t, settings, self)
	}
}

// Another processor multiplies and adds in one step where it may, and has other code for logarithms.
func TestAnotherProcessorSealsAndVerifiesTheSameBytes(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("compiles for another processor")
	}
	for processor := range strings.SplitSeq(*processors, ",") {
		emulator, err := emulatorOf(processor)
		if err != nil {
			t.Skipf("%v: apt-get install qemu-user-static", err)
		}
		binary := filepath.Join(t.TempDir(), "release.test")
		goTool(t, processor, "test", "-c", "-o", binary, ".")
		sameElsewhere(t, []string{"LC_ALL=de_DE.UTF-8", "TZ=America/St_Johns"}, emulator, binary)
	}
}

// emulatorOf finds the program of QEMU that runs programs for a processor.
func emulatorOf(processor string) (string, error) {
	name := map[string]string{"arm64": "aarch64", "amd64": "x86_64"}[processor]
	if name == "" {
		name = processor
	}
	path, err := exec.LookPath("qemu-" + name + "-static")
	if err != nil {
		path, err = exec.LookPath("qemu-" + name)
	}
	return path, err
}

// goTool compiles for another processor.
func goTool(tb testing.TB, processor string, args ...string) []byte {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 6*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, "go", args...)
	c.Env = append(os.Environ(), "GOARCH="+processor, "CGO_ENABLED=0")
	out, err := c.CombinedOutput()
	if err != nil {
		tb.Fatalf("go %s: %v\n%s", args[0], err, out)
	}
	return out
}

// sealedArithmetic is the code that the numbers of a release go through: packages, and of the estimation only the files of weights,
// calibration and variances.
var sealedArithmetic = regexp.MustCompile(`\((thuocdo/scoring/(?:[a-z_]+|sampled/[a-z_]+|standing/[a-z_]+|release/[a-z_]+|` +
	`estimate/(?:calibrate|factor|linear|model|rake|replicate|residual|share|variance))\.go:\d+)\)\tFN?M(?:ADD|SUB)[DS]`)

// A product that is added to is rounded on some processors and not on others, unless the code says float64(x*y)+z.
func TestNothingSealedRestsOnFusedMultiplication(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("compiles for another processor")
	}
	listing := goTool(t, "arm64", "build", "-gcflags=-S", "thuocdo/scoring", "thuocdo/scoring/sampled", "thuocdo/scoring/standing", "thuocdo/scoring/estimate", ".")
	if !bytes.Contains(listing, []byte("FMULD")) {
		t.Fatal("the listing has no arithmetic: the flag or the names of instructions have changed")
	}
	var places []string
	for _, m := range sealedArithmetic.FindAllSubmatch(listing, -1) {
		places = append(places, string(m[1]))
	}
	slices.Sort(places)
	for _, p := range slices.Compact(places) {
		t.Errorf("%s: write float64(x*y) around the product", p)
	}
}
