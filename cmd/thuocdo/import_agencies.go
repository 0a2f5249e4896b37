package main

import (
	"context"
	"io"
	"regexp"
	"slices"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// importAgenciesCmd adds agencies or changes those of the same code.
type importAgenciesCmd struct{ fileFlags }

// Examples ends the help of the command.
func (*importAgenciesCmd) Examples() []string {
	return []string{
		"thuocdo import agencies communes.csv --dry-run",
		"# columns: code,kind,name_vi[,name_en,form,parent,valid_from,valid_to]",
		"thuocdo import agencies agencies.json   # {\"agencies\":[…],\"successions\":[…]}",
	}
}

// agencyRow is an agency as a file gives it: everything is text until it is checked.
type agencyRow struct {
	Code      string      `json:"code"`
	Kind      string      `json:"kind"`
	Form      string      `json:"form"`
	Name      phrase.Text `json:"name"`
	Parent    string      `json:"parent"`
	ValidFrom string      `json:"valid_from"`
	ValidTo   string      `json:"valid_to"`
}

// successionRow is a succession as a file gives it.
type successionRow struct {
	From       string `json:"from"`
	To         string `json:"to"`
	Day        string `json:"day"`
	Kind       string `json:"kind"`
	LegalBasis string `json:"legal_basis"`
}

// agencyFile is what a JSON file of agencies holds.
type agencyFile struct {
	Agencies    []agencyRow     `json:"agencies"`
	Successions []successionRow `json:"successions"`
}

// agencyList collects agencies, edges and what is wrong with them.
type agencyList struct {
	known       map[string]bool // codes in the store
	row         map[string]bool // codes in the file
	agencies    []survey.Agency
	parents     []string // places of the parents, by agency
	successions []survey.Succession
	found       phrase.Mistakes
}

var (
	agencyHeader = header{[]string{"code", "kind", "name_vi"}, []string{"name_en", "form", "parent", "valid_from", "valid_to"}}
	agencyCode   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
)

// Run reads, checks and stores.
func (i *importAgenciesCmd) Run(ctx context.Context, c *console) error {
	file, done, err := i.seekable(c)
	if err != nil {
		return err
	}
	defer done()
	store, err := i.store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	stored, err := store.Agencies(ctx)
	if err != nil {
		return err
	}
	list := &agencyList{known: map[string]bool{}, row: map[string]bool{}}
	for _, a := range stored {
		list.known[a.Code] = true
	}
	if err := list.read(ctx, file); err != nil {
		return i.fault(err)
	}
	list.checkParents()
	if err := list.found.Err(); err != nil {
		return i.fault(err)
	}
	if !i.DryRun {
		if err := store.PutAgencies(ctx, list.agencies, list.successions); err != nil {
			return i.fault(err)
		}
	}
	i.done(c, "%d agencies and %d successions", len(list.agencies), len(list.successions))
	return nil
}

// read takes the file as JSON where it begins with a brace, else as a table.
func (l *agencyList) read(ctx context.Context, file io.ReadSeeker) error {
	start := make([]byte, 64)
	n, err := io.ReadFull(file, start)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if !strings.HasPrefix(strings.TrimLeft(string(start[:n]), "\ufeff \t\r\n"), "{") {
		return records(ctx, file, agencyHeader, &l.found, l.addRecord)
	}
	b, err := io.ReadAll(io.LimitReader(file, maxDefinition))
	if err != nil {
		return err
	}
	var f agencyFile
	if l.found = phrase.Decode(b, &f); len(l.found) > 0 {
		return nil
	}
	for i, a := range f.Agencies {
		l.add(a, func(field string) string { return jsonPlace("agencies", i, field) })
	}
	for i, s := range f.Successions {
		l.addSuccession(s, func(field string) string { return jsonPlace("successions", i, field) })
	}
	return nil
}

func (l *agencyList) addRecord(r record) error {
	name := phrase.Text{"vi": r.get("name_vi")}
	if en := r.get("name_en"); en != "" {
		name["en"] = en
	}
	l.add(agencyRow{r.get("code"), r.get("kind"), r.get("form"), name, r.get("parent"), r.get("valid_from"), r.get("valid_to")},
		func(field string) string {
			if field == "name" {
				field = "name_vi"
			}
			return r.place(field)
		})
	return nil
}

// add checks one agency; at names the place of one of its fields.
func (l *agencyList) add(a agencyRow, at func(field string) string) {
	if !agencyCode.MatchString(a.Code) {
		l.found.Add(at("code"), "mã %q: cần 1 đến 64 chữ cái không dấu, chữ số, '.', '-' hoặc '_'", "code %q: 1 to 64 letters without marks, digits, '.', '-' or '_' are expected", a.Code)
	}
	if l.row[a.Code] {
		l.found.Add(at("code"), "mã %q có hai lần trong tệp", "code %q is there twice in the file", a.Code)
	}
	l.row[a.Code] = true
	if kinds := survey.Kinds(); !slices.Contains(kinds, survey.Kind(a.Kind)) {
		l.found.Add(at("kind"), "loại %q: cần một trong %v", "kind %q: one of %v is expected", a.Kind, kinds)
	}
	if x := (survey.Agency{Kind: survey.Kind(a.Kind), Form: a.Form}); !x.FormFits() {
		l.found.Add(at("kind"), "hình thức là %q nhưng loại là %q: phường, xã và đặc khu là ba loại khác nhau, vì xếp hạng riêng",
			"the form is %q but the kind %q: wards, communes and special zones are kinds of their own, because they are ranked apart", a.Form, a.Kind)
	}
	if strings.TrimSpace(a.Name["vi"]) == "" {
		l.found.Add(at("name"), "thiếu tên tiếng Việt", "the Vietnamese name is missing")
	}
	from, to := l.day(a.ValidFrom, at("valid_from")), l.day(a.ValidTo, at("valid_to"))
	if to != 0 && to < from {
		l.found.Add(at("valid_to"), "ngày cuối %s sớm hơn ngày đầu %s", "last day %s is before the first day %s", to, from)
	}
	l.agencies = append(l.agencies, survey.Agency{Code: a.Code, Kind: survey.Kind(a.Kind), Form: a.Form, Name: a.Name, Parent: a.Parent, ValidFrom: from, ValidTo: to})
	l.parents = append(l.parents, at("parent"))
}

// addSuccession checks one edge once every agency of the file is known.
func (l *agencyList) addSuccession(s successionRow, at func(field string) string) {
	for field, code := range map[string]string{"from": s.From, "to": s.To} {
		if !l.row[code] && !l.known[code] {
			l.found.Add(at(field), "không có cơ quan nào có mã %q", "no agency has the code %q", code)
		}
	}
	if s.Day == "" {
		l.found.Add(at("day"), "thiếu ngày", "the day is missing")
	}
	if !slices.Contains([]string{"merged", "split", "renamed"}, s.Kind) {
		l.found.Add(at("kind"), "loại %q: cần merged, split hoặc renamed", "kind %q: merged, split or renamed is expected", s.Kind)
	}
	l.successions = append(l.successions, survey.Succession{From: s.From, To: s.To, Day: l.day(s.Day, at("day")), Kind: s.Kind, LegalBasis: s.LegalBasis})
}

// day reads a day; nothing is a day that is not set.
func (l *agencyList) day(s, place string) survey.Day {
	if s == "" {
		return 0
	}
	d, err := survey.ParseDay(s)
	if err != nil {
		l.found.Add(place, "ngày %q: cần dạng NNNN-TT-NN, ví dụ 2026-07-01", "day %q: YYYY-MM-DD is expected, such as 2026-07-01", s)
	}
	return d
}

// checkParents finds parents that neither the file nor the store has.
func (l *agencyList) checkParents() {
	for i, a := range l.agencies {
		switch {
		case a.Parent == "":
		case a.Parent == a.Code:
			l.found.Add(l.parents[i], "cơ quan không thể là cấp trên của chính nó", "an agency cannot be its own parent")
		case !l.row[a.Parent] && !l.known[a.Parent]:
			l.found.Add(l.parents[i], "không có cơ quan nào có mã %q", "no agency has the code %q", a.Parent)
		}
	}
}
