package quality

import (
	"cmp"
	"maps"
	"slices"

	"thuocdo/survey"
)

// Progress (tiến độ) is how far one part of a wave has come: forms issued, that came back, and valid ones, against what was aimed at.
type Progress struct {
	Agency   string // code; "" = all
	Stratum  string // "" = all
	Issued   int64
	Returned int64
	Valid    int64
	Target   survey.Target // 0 = nothing was aimed at
}

// Rate returns the response rate, in percent: returned of issued. It is not known where nothing was issued, or where more came
// back than was issued because anybody may answer.
//
//	100 · returned / issued
func (p *Progress) Rate() (percent float64, known bool) {
	if p.Issued == 0 || p.Returned > p.Issued {
		return 0, false
	}
	return 100 * float64(p.Returned) / float64(p.Issued), true
}

func (p *Progress) add(o Progress) {
	p.Issued, p.Returned, p.Valid = p.Issued+o.Issued, p.Returned+o.Returned, p.Valid+o.Valid
}

// Progresses are the parts of a wave.
type Progresses struct {
	All      Progress
	Agencies []Progress // those with any count or target, by code
	Strata   []Progress // of the sample, by name
	Targets  []Progress // of parts that are neither the whole, an agency nor a stratum
}

// ProgressOf sums up how far a wave has come. returns holds what is known by agency, units what is known by sampling unit: forms
// issued, returned and valid, with agency and unit as Agency and Stratum.
func ProgressOf(w *survey.Wave, returns map[string]Returns, units []Progress) Progresses {
	agencies, strata, both := map[string]*Progress{}, map[string]*Progress{}, map[[2]string]*Progress{}
	var all Progresses
	for code, r := range returns {
		p := Progress{Agency: code, Issued: r.Issued, Returned: r.Returned, Valid: r.Valid}
		agencies[code] = &p
		all.All.add(p)
	}
	if w.Design != nil {
		for i := range w.Design.Units {
			strata[w.Design.Units[i].Stratum] = &Progress{Stratum: w.Design.Units[i].Stratum}
		}
		for _, x := range units {
			if u, ok := w.Design.Unit(x.Stratum); ok && u.Agency == x.Agency {
				strata[u.Stratum].add(x)
				at(both, [2]string{x.Agency, u.Stratum}, Progress{Agency: x.Agency, Stratum: u.Stratum}).add(x)
			}
		}
	}
	for _, t := range w.Targets {
		switch {
		case t.Agency == "" && t.Stratum == "":
			all.All.Target = t
		case t.Stratum == "":
			at(agencies, t.Agency, Progress{Agency: t.Agency}).Target = t
		case t.Agency == "":
			at(strata, t.Stratum, Progress{Stratum: t.Stratum}).Target = t
		default:
			p := *at(both, [2]string{t.Agency, t.Stratum}, Progress{Agency: t.Agency, Stratum: t.Stratum})
			p.Target = t
			all.Targets = append(all.Targets, p)
		}
	}
	all.Agencies, all.Strata = sorted(agencies), sorted(strata)
	return all
}

func at[K comparable](m map[K]*Progress, key K, fresh Progress) *Progress {
	if m[key] == nil {
		m[key] = &fresh
	}
	return m[key]
}

func sorted(m map[string]*Progress) (list []Progress) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, *m[key])
	}
	return list
}

// Field counts, response by response, what fieldwork pages show beyond the marks: by sampling unit, and by quota. It is not safe
// for concurrent use.
type Field struct {
	quotas *survey.QuotaCount
	units  map[Unit]*Progress
}

// NewField starts counting for a wave.
func NewField(w *survey.OpenWave) *Field {
	return &Field{survey.NewQuotaCount(w.Form, w.Quotas), map[Unit]*Progress{}}
}

// Add counts a response; one that is not valid counts as returned only.
func (f *Field) Add(r *survey.StoredResponse, valid bool) {
	if valid {
		f.quotas.Add(r)
	}
	if r.Unit == "" {
		return
	}
	u := at(f.units, Unit{r.Agency, r.Unit}, Progress{Agency: r.Agency, Stratum: r.Unit})
	u.Returned++
	if valid {
		u.Valid++
	}
}

// Issued adds forms issued for people of a sampling unit.
func (f *Field) Issued(agency, unit string, n int64) {
	if unit != "" {
		at(f.units, Unit{agency, unit}, Progress{Agency: agency, Stratum: unit}).Issued += n
	}
}

// Units returns what was counted by sampling unit, its code as Stratum, by agency and code.
func (f *Field) Units() []Progress {
	var list []Progress
	for _, u := range f.units {
		list = append(list, *u)
	}
	slices.SortFunc(list, func(a, b Progress) int {
		return cmp.Or(cmp.Compare(a.Agency, b.Agency), cmp.Compare(a.Stratum, b.Stratum))
	})
	return list
}

// Quotas returns how many valid responses meet each quota of the wave, in its order.
func (f *Field) Quotas() []int { return f.quotas.Counts() }
