package scoring_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"thuocdo/scoring"
)

// hundred is a framework of eight areas with 100 leaves of every typed and measured rule, bands with a gate and a quota.
func hundred(tb testing.TB) *scoring.Plan {
	tb.Helper()
	rules := []string{
		`"source":"self+appraisal"`,
		`"rule":{"type":"proportional"}`,
		`"rule":{"type":"choice","options":[{"code":"a","title":{"vi":"Tốt"},"points":1},{"code":"b","title":{"vi":"Chưa"},"points":0.25}]}`,
		`"rule":{"type":"steps","steps":[{"min":90,"min_open":true,"points":1},{"min":70,"max":90,"max_closed":true,"points":0.5},{"max":70,"points":0}]}`,
		`"rule":{"type":"deduct","unit":0.25}`,
		`"rule":{"type":"linear","from":0,"to":50}`,
	}
	var areas []string
	leaf := 0
	for a := range 8 {
		var leaves []string
		for len(leaves) < 12 || a == 7 && len(leaves) < 16 {
			leaves = append(leaves, fmt.Sprintf(`{"code":"%d.%d","level":"criterion","title":{"vi":"Tiêu chí"},"max_points":1,%s}`, a+1, len(leaves)+1, rules[leaf%len(rules)]))
			leaf++
		}
		areas = append(areas, fmt.Sprintf(`{"code":"%d","level":"area","title":{"vi":"Lĩnh vực"},"max_points":%d,"children":[%s]}`, a+1, len(leaves), strings.Join(leaves, ",")))
	}
	return mustCompile(tb, fmt.Appendf(nil, `{"code":"hundred","version":"1","title":{"vi":"Một trăm"},"kinds":["department","commune"],"period":"year","max_points":100,
		"groups":[{"code":"d","title":{"vi":"Sở"},"kinds":["department"]},{"code":"c","title":{"vi":"Xã"},"kinds":["commune"]}],
		"bands":[{"code":"A","title":{"vi":"Tốt"},"min":60,"gates":[{"level":"area","min_percent":30}],"quota":{"percent_of_below":20,"few":5,"few_most":1}},
			{"code":"B","title":{"vi":"Khá"},"min":50,"max":60},{"code":"C","title":{"vi":"Đạt"},"max":50}],
		"tree":[%s]}`, strings.Join(areas, ",")))
}

// fill draws inputs that fit the rules of hundred.
func fill(p *scoring.Plan, rng *rand.Rand, unit int) scoring.Unit {
	u := scoring.Unit{Code: fmt.Sprintf("%05d", unit), Group: []string{"d", "c"}[unit%2], Leaves: make([]scoring.LeafInput, p.Leaves())}
	for i := range u.Leaves {
		x := float64(rng.IntN(101))
		switch i % 6 {
		case 0:
			x /= 100
			u.Leaves[i].Appraised = &x
		case 2:
			u.Leaves[i].Choice = string('a' + rune(rng.IntN(2)))
		default:
			u.Leaves[i].Value = &x
		}
	}
	return u
}

func units(p *scoring.Plan, n int) []scoring.Unit {
	rng := rand.New(rand.NewPCG(9, 9))
	out := make([]scoring.Unit, n)
	for i := range out {
		out[i] = fill(p, rng, i)
	}
	return out
}

// BenchmarkCompute scores, bands and ranks agencies × 100 leaves: go test -run xxx -bench Compute -cpu 1 ./scoring
func BenchmarkCompute(b *testing.B) {
	p := hundred(b)
	for _, n := range []int{34, 1000, 10_000} {
		all := units(p, n)
		b.Run(fmt.Sprintf("%dx100", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Compute(all); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkComputeSurvey does the same for a satisfaction index of 39 items in 9 factors with intervals at every node.
func BenchmarkComputeSurvey(b *testing.B) {
	p, groups := wide(b)
	rng := rand.New(rand.NewPCG(10, 10))
	all := make([]scoring.Unit, 10_000)
	for u := range all {
		r := scoring.NewRatings(groups)
		for range 30 {
			x := make([]int, 39)
			for k := range x {
				x[k] = 1 + rng.IntN(5)
			}
			if err := r.Add(x); err != nil {
				b.Fatal(err)
			}
		}
		all[u] = scoring.Unit{Code: fmt.Sprintf("%05d", u), Group: "g", Survey: r}
	}
	for _, m := range p.Framework().Methods {
		b.Run(fmt.Sprintf("10000x39/%s", m.Code), func(b *testing.B) {
			p, _ := p.Method(m.Code)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Compute(all); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// wide is a satisfaction index of the size of SIPAS: 23 items on policy and 16 on services, in 9 factors.
func wide(tb testing.TB) (*scoring.Plan, [][]string) {
	tb.Helper()
	var groups [][]string
	item := 0
	content := func(code string, sizes ...int) string {
		var factors []string
		for f, size := range sizes {
			var leaves, group []string
			for range size {
				item++
				group = append(group, fmt.Sprintf("q9_%d", item))
				leaves = append(leaves, fmt.Sprintf(`{"code":"Q%d","level":"item","title":{"vi":"Mục"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q9_%[1]d"]}}`, item))
			}
			groups = append(groups, group)
			factors = append(factors, fmt.Sprintf(`{"code":"%s%d","level":"factor","title":{"vi":"Yếu tố"},"max_points":100,"children":[%s]}`, code, f, strings.Join(leaves, ",")))
		}
		return fmt.Sprintf(`{"code":%q,"level":"content","title":{"vi":"Nội dung"},"max_points":100,"children":[%s]}`, code, strings.Join(factors, ","))
	}
	tree := content("I", 2, 2, 9, 10) + "," + content("II", 3, 4, 4, 2, 3)
	return mustCompile(tb, fmt.Appendf(nil, `{"code":"wide","version":"1","title":{"vi":"Hài lòng"},"kinds":["province"],"period":"year","max_points":100,
		"groups":[{"code":"g","title":{"vi":"Tỉnh"},"kinds":["province"]}],"missing":"rescale","methods":[
			{"code":"pooled","title":{"vi":"Gộp"},"reading":"mean","pooling":"items_pooled"},
			{"code":"items","title":{"vi":"Theo mục"},"reading":"mean","pooling":"mean_of_items"},
			{"code":"factors","title":{"vi":"Theo yếu tố"},"reading":"share","pooling":"mean_of_factors"}],
		"tree":[%s]}`, tree)), groups
}
