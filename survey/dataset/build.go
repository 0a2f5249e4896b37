package dataset

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Builder collects responses into a Set. It is not safe for concurrent use.
type Builder struct {
	form    *survey.Form
	set     *Set
	most    int64
	how     []*found // columns whose levels are what occurs
	seconds int
	agency  map[string]uint16 // code → 1 + level
	above   []uint16          // by level of agency: 1 + level of the province
	items   []place           // by question
	drawn   *drawn            // nil: the wave has no sampling design
	full    bool              // more sampling units than a column holds
	tape    *recorder         // nil: values are kept in memory
}

// place is where a question is kept: from its first column on; −1 for what is not analysed.
type place struct {
	column int
	kind   survey.QuestionType
}

// found is a column whose levels are met on the way.
type found struct {
	column int
	code   map[string]uint16
	of     func(*survey.StoredResponse) string
}

// most codes of such a column.
const mostFound = math.MaxUint16 - 1

// NewBuilder starts the data set of a wave. Responses beyond what fits into most bytes are refused.
func NewBuilder(w *survey.OpenWave, agencies []survey.Agency, most int64) *Builder {
	b := &Builder{form: w.Form, set: &Set{Scales: w.Form.Questionnaire().Scales}, most: most}
	b.lay(w, agencies)
	return b
}

// lay adds the columns of a wave.
func (b *Builder) lay(w *survey.OpenWave, agencies []survey.Agency) {
	b.places(w, agencies)
	for _, m := range []struct {
		code string
		of   func(*survey.StoredResponse) string
	}{
		{Mode, func(r *survey.StoredResponse) string { return string(r.Mode) }},
		{Day, func(r *survey.StoredResponse) string { return r.Day.String() }},
		{Unit, func(r *survey.StoredResponse) string { return r.Unit }},
		{Counter, func(r *survey.StoredResponse) string { return r.Counter }},
		{Enumerator, func(r *survey.StoredResponse) string { return r.Enumerator }},
		{Language, func(r *survey.StoredResponse) string { return r.Language }},
	} {
		if m.code == Day && b.tape != nil {
			b.tape.day = b.add(Column{Code: Day, Text: words[Day], Kind: Date})
			continue
		}
		b.how = append(b.how, &found{b.add(Column{Code: m.code, Text: words[m.code], Wide: []uint16{}}), map[string]uint16{}, m.of})
	}
	b.seconds = b.add(Column{Code: Seconds, Text: words[Seconds], Kind: Number})
	b.sample(w.Design)
	for i := range w.Form.Len() {
		b.items = append(b.items, b.question(i))
	}
}

func (b *Builder) add(c Column) int {
	b.set.Columns = append(b.set.Columns, c)
	return len(b.set.Columns) - 1
}

// places adds the agencies of the wave and the provinces they lie in.
func (b *Builder) places(w *survey.OpenWave, agencies []survey.Agency) {
	known := make(map[string]survey.Agency, len(agencies))
	for _, a := range agencies {
		known[a.Code] = a
	}
	agency, province := Column{Code: Agency, Text: words[Agency], Wide: []uint16{}}, Column{Code: Province, Text: words[Province], Wide: []uint16{}}
	top := map[string]uint16{}
	b.agency = make(map[string]uint16, len(w.Agencies))
	for _, code := range w.Agencies {
		agency.Levels = append(agency.Levels, Level{code, known[code].Name})
		b.agency[code] = uint16(len(agency.Levels))
		p := provinceOf(code, known)
		if p != "" && top[p] == 0 {
			province.Levels = append(province.Levels, Level{p, known[p].Name})
			top[p] = uint16(len(province.Levels))
		}
		b.above = append(b.above, top[p])
	}
	b.add(agency)
	b.add(province)
}

// provinceOf follows parents up to a province; "" where there is none.
func provinceOf(code string, known map[string]survey.Agency) string {
	for range 10 { // a hierarchy has fewer levels
		a, ok := known[code]
		if !ok || a.Kind == survey.Province {
			if !ok {
				code = ""
			}
			return code
		}
		code = a.Parent
	}
	return ""
}

// question adds the columns of a question.
func (b *Builder) question(i int) place {
	q := b.form.Question(i)
	c := Column{Code: b.free(q.Code), Text: q.Text, Section: b.form.Questionnaire().Pages[b.form.PageOf(i)].Title, Asked: true}
	p := place{len(b.set.Columns), q.Type}
	choices := b.form.Choices(i)
	switch {
	case q.Type == survey.Number:
		c.Kind = Number
		b.add(c)
	case q.Type == survey.Multiple:
		for _, choice := range choices {
			one := c
			one.Code, one.Text = ChoiceColumn(c.Code, choice.Code), joined(q.Text, choice.Text)
			one.Levels = []Level{{"0", words["no"]}, {"1", words["yes"]}}
			b.add(one)
		}
	case choices != nil:
		if q.Type == survey.Rating {
			c.Kind = Rating
		}
		for k, choice := range choices {
			if c.Kind == Rating {
				choice.Code = strconv.Itoa(k + 1)
			}
			c.Levels = append(c.Levels, Level{choice.Code, choice.Text})
		}
		if len(choices) > math.MaxUint8 {
			c.Wide = []uint16{}
		}
		b.add(c)
	default:
		if c.Kind = textKind(q.Type); b.tape == nil || !b.tape.Texts || q.Type == survey.Note {
			p.column = -1
			break
		}
		b.add(c)
	}
	return p
}

// free returns a code that no column has: a question may be called "mode".
func (b *Builder) free(code string) string {
	for b.set.Column(code) != nil {
		code = "q:" + code
	}
	return code
}

// joined writes "question: choice".
func joined(q, c phrase.Text) phrase.Text {
	t := phrase.Text{}
	for _, lang := range []string{"vi", "en"} {
		if q[lang] != "" || c[lang] != "" {
			t[lang] = q.In(lang) + ": " + c.In(lang)
		}
	}
	return t
}

// Add appends a response; it keeps nothing of r. It returns ErrTooLarge where there is no room.
func (b *Builder) Add(r *survey.StoredResponse) error {
	if err := b.take(r); err != nil {
		return err
	}
	return b.end()
}

// end finishes a row.
func (b *Builder) end() error {
	if b.tape == nil {
		return nil
	}
	return b.tape.end()
}

// take lays out a response but for what its sampling unit adds.
func (b *Builder) take(r *survey.StoredResponse) error {
	row := int64(0)
	if b.tape == nil && b.set.Rows%1024 == 0 {
		for i := range b.set.Columns {
			row += b.set.Columns[i].width()
		}
		if row*int64(b.set.Rows+1024) > b.most {
			return fmt.Errorf("%w: %d", ErrTooLarge, b.set.Rows)
		}
	}
	b.set.Rows++
	a := b.agency[r.Agency]
	b.put(0, int(a))
	if a > 0 {
		a = b.above[a-1]
	}
	b.put(1, int(a))
	for _, f := range b.how {
		b.put(f.column, f.level(b.set, b.alias(b.set.Columns[f.column].Code, f.of(r))))
	}
	if b.tape != nil {
		b.number(b.tape.day, float64(r.Day), true)
	}
	b.number(b.seconds, float64(r.Seconds), r.Seconds > 0)
	shown := b.form.Shown(r.Answers)
	for i, p := range b.items {
		switch {
		case p.column < 0:
		case p.kind == survey.Calculate:
			b.text(p.column, b.form.On(r.Day).Sheet(r.Answers, "vi").Value(i))
		default:
			b.answer(i, p, &r.Answers[i], shown.Has(i))
		}
	}
	return nil
}

// Take appends a response that counts, and counts one that does not.
func (b *Builder) Take(r survey.StoredResponse, valid bool) error {
	if !valid {
		b.set.Invalid++
		return nil
	}
	return b.Add(&r)
}

// level returns 1 + the level of a code; 0 for none, and where there are more than a column holds.
func (f *found) level(s *Set, code string) int {
	if code == "" {
		return 0
	}
	k, ok := f.code[code]
	if !ok && len(f.code) < mostFound {
		c := &s.Columns[f.column]
		c.Levels = append(c.Levels, Level{Code: code, Text: words[c.Code+"."+code]})
		k = uint16(len(c.Levels))
		f.code[code] = k
	}
	return int(k)
}

func (b *Builder) put(column, code int) {
	c := &b.set.Columns[column]
	c.Shown++
	if code > 0 {
		c.Answered++
	}
	if b.tape != nil {
		b.tape.code(column, code)
		return
	}
	if c.Wide != nil {
		c.Wide = append(c.Wide, uint16(code))
		return
	}
	c.Small = append(c.Small, uint8(code))
}

func (b *Builder) number(column int, v float64, known bool) {
	c := &b.set.Columns[column]
	c.Shown++
	if known {
		c.Answered++
	} else {
		v = math.NaN()
	}
	if b.tape != nil {
		b.tape.number(c, column, v)
		return
	}
	c.Values = append(c.Values, v)
}

func (b *Builder) answer(i int, p place, x *survey.Answer, shown bool) {
	columns := 1
	switch p.kind {
	case survey.Number, survey.Date:
		b.number(p.column, x.Number, x.Set)
	case survey.FreeText, survey.AgencyPick:
		b.text(p.column, survey.ReadableText(x.Text))
	case survey.Multiple:
		columns = len(b.form.Choices(i))
		for k := range columns {
			code := 0
			if x.Set {
				code = 1 + int(x.Chosen>>k&1)
			}
			b.put(p.column+k, code)
		}
	default:
		code := 0
		if x.Set {
			code = x.Choice + 1
		}
		b.put(p.column, code)
	}
	if !shown {
		for k := range columns {
			b.set.Columns[p.column+k].Shown--
			b.skip(p.column + k)
		}
	}
}

// Set returns the finished data set, without columns that say nothing of how responses came in. Levels that were met on the way are in
// the order of their codes.
func (b *Builder) Set() *Set {
	for _, f := range b.how {
		b.set.Columns[f.column].sort()
	}
	b.set.Columns = slices.DeleteFunc(b.set.Columns, func(c Column) bool { return !c.Asked && c.Answered == 0 })
	return b.set
}

// sort orders the levels by code and renumbers the rows; it returns the new number of each old one.
func (c *Column) sort() []uint16 {
	order := make([]int, len(c.Levels))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(c.Levels[a].Code, c.Levels[b].Code) })
	to := make([]uint16, len(c.Levels)+1)
	levels := make([]Level, len(c.Levels))
	for place, old := range order {
		to[old+1], levels[place] = uint16(place+1), c.Levels[old]
	}
	c.Levels = levels
	for i, k := range c.Wide {
		c.Wide[i] = to[k]
	}
	return to
}
