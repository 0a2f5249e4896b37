package estimate

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// The expected numbers of the golden tests were computed once with R 4.2.2: survey 4.5, psych, lavaan, relaimpo.

// golden returns the folder of reference results, or skips.
func golden(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("THUOCDO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	dir = filepath.Join(dir, "golden")
	if _, err := os.Stat(dir); err != nil {
		tb.Skip("reference results not found: set THUOCDO_SHARED to the folder that holds golden/")
	}
	return dir
}

type table struct {
	head []string
	rows [][]string
}

func readTable(tb testing.TB, path string) table {
	tb.Helper()
	test, _, _ := strings.Cut(tb.Name(), "/")
	opened.Store(test+" "+filepath.Base(path), true)
	file, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			tb.Fatal(err)
		}
	}
	all, err := csv.NewReader(r).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return table{all[0], all[1:]}
}

func (t table) col(name string) int {
	for j, h := range t.head {
		if h == name {
			return j
		}
	}
	panic("no column " + name)
}

func (t table) num(i int, name string) float64 {
	v, err := strconv.ParseFloat(t.rows[i][t.col(name)], 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

func (t table) text(i int, name string) string { return t.rows[i][t.col(name)] }

// near checks got against want to a relative tolerance, 1e-12 absolute near zero.
func near(tb testing.TB, what string, got, want, tolerance float64) {
	tb.Helper()
	if math.IsNaN(want) && math.IsNaN(got) {
		return
	}
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)+1e-12) {
		tb.Errorf("%s = %.15g, want %.15g (off by %.2g relative)", what, got, want, math.Abs(got-want)/math.Abs(want))
	}
}

func nearFig(tb testing.TB, what string, got Figure, want, tolerance float64) {
	tb.Helper()
	if !got.OK {
		got.X = math.NaN()
	}
	near(tb, what, got.X, want, tolerance)
}

var items = func() (q []string) {
	for k := range 22 {
		q = append(q, "q"+strconv.Itoa(k+1))
	}
	return q
}()

var factorOf = []int{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5}

var sampleOnce struct {
	sync.Once
	frame *Frame
}

// sample10k is golden/survey/s10k.csv with the derived columns of golden/R/survey.R.
func sample10k(tb testing.TB) *Frame {
	tb.Helper()
	dir := golden(tb)
	test, _, _ := strings.Cut(tb.Name(), "/")
	opened.Store(test+" s10k.csv", true)
	sampleOnce.Do(func() { sampleOnce.frame = loadSample(tb, filepath.Join(dir, "survey", "s10k.csv")) })
	return sampleOnce.frame
}

func loadSample(tb testing.TB, path string) *Frame {
	t := readTable(tb, path)
	b, err := NewBuilder(t.head, nil)
	if err != nil {
		tb.Fatal(err)
	}
	for i, row := range t.rows {
		if err := b.Add(i+2, row); err != nil {
			tb.Fatal(err)
		}
	}
	f := b.Frame()
	over, _ := f.Values("overall")
	sat := make([]float64, len(over))
	for i, v := range over {
		sat[i] = math.NaN()
		if v == v {
			sat[i] = truth(v >= 4)
		}
	}
	f = f.With("soverall", sat)
	for k := 0; k <= 5; k++ {
		n, d, m := factorColumns(f, k)
		p := "f" + strconv.Itoa(k)
		f = f.With(p+"n", n).With(p+"d", d).With(p+"m", m)
	}
	return f
}

// factorColumns are, per row, the count of 4 and 5, the count of answers and their mean over a factor's items.
func factorColumns(f *Frame, k int) (n, d, m []float64) {
	n, d, m = make([]float64, f.rows), make([]float64, f.rows), make([]float64, f.rows)
	for j, q := range items {
		if k != 0 && factorOf[j] != k {
			continue
		}
		v, _ := f.Values(q, "9")
		for i, x := range v {
			if x == x {
				n[i] += truth(x >= 4)
				d[i]++
				m[i] += x
			}
		}
	}
	for i := range m {
		m[i] /= d[i]
	}
	return n, d, m
}

func mustDesign(tb testing.TB, f *Frame, s Spec) *Design {
	tb.Helper()
	d, err := NewDesign(f, s)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func mustEstimate(tb testing.TB, d *Design, r Request) *Result {
	tb.Helper()
	res, err := d.Estimate(context.Background(), r)
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

// The designs of golden/R/survey.R.
var (
	specWR  = Spec{Clusters: []string{"district"}, Strata: []string{"stratum"}, Weight: "weight", Lonely: LonelyAdjust}
	specFP  = Spec{Clusters: []string{"district", "commune"}, Strata: []string{"stratum"}, FPC: []string{"fpc1", "fpc2"}, Weight: "weight", Lonely: LonelyAdjust}
	specF1  = Spec{Clusters: []string{"district"}, Strata: []string{"stratum"}, FPC: []string{"fpc1"}, Weight: "weight", Lonely: LonelyAdjust}
	specSRS = Spec{Weight: "weight", Lonely: LonelyAdjust}
)
