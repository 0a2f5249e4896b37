package xlsform_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/survey/xlsform"
)

// The rules of xlsform.org, and what the reference converter (pyxform 4.5) warns about, as far as workbooks of ours could
// break them. They are written down here from its documentation, apart from the code that they judge.

var (
	xmlName   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)
	language  = regexp.MustCompile(`^.+ \([a-z]{2,3}(-[a-z0-9]+)*\)$`)
	reference = regexp.MustCompile(`\$\{([^}]*)\}`)
	plainType = []string{"text", "integer", "decimal", "date", "note", "calculate"}
	known     = map[string][]string{
		"survey": {"type", "name", "label", "hint", "required", "required_message", "relevant", "constraint", "constraint_message", "calculation",
			"choice_filter", "appearance", "parameters", "thuocdo"},
		"settings": {"form_title", "form_id", "version", "default_language", "style"},
	}
)

// judge is a workbook being checked.
type judge struct {
	faults []string
	lists  map[string]map[string]bool
	names  map[string]int
}

func (j *judge) fault(format string, args ...any) {
	j.faults = append(j.faults, fmt.Sprintf(format, args...))
}

// judged returns what a workbook breaks.
func judged(b xlsform.Book) []string {
	j := &judge{lists: map[string]map[string]bool{}, names: map[string]int{}}
	sheets := map[string][]map[string]string{}
	translated := map[string]map[string][]string{}
	for _, s := range b {
		translated[s.Name] = j.headings(s)
		for _, row := range s.Rows[1:] {
			record := map[string]string{}
			for i, cell := range row.Cells {
				if cell != "" {
					record[s.Rows[0].Cells[i]] = cell
				}
			}
			sheets[s.Name] = append(sheets[s.Name], record)
		}
	}
	j.translations(translated)
	if len(sheets["settings"]) != 1 || sheets["settings"][0]["form_id"] == "" {
		j.fault("settings need one row with a form_id")
	}
	j.choices(sheets["choices"])
	j.survey(sheets["survey"])
	return j.faults
}

// headings checks the columns of a sheet and returns the languages of each.
func (j *judge) headings(s xlsform.Sheet) map[string][]string {
	tags, seen := map[string][]string{}, map[string]bool{}
	for _, name := range s.Rows[0].Cells {
		base, tag, in := strings.Cut(name, "::")
		if seen[name] || name == "" || strings.Contains(base, " ") {
			j.fault("%s: column %q", s.Name, name)
		}
		seen[name] = true
		if list := known[s.Name]; list != nil && !slices.Contains(list, base) {
			j.fault("%s: unknown column %q", s.Name, name)
		}
		if in && !language.MatchString(tag) {
			j.fault("%s: language %q has no code", s.Name, tag)
		}
		if in {
			tags[base] = append(tags[base], tag)
		}
	}
	return tags
}

// translations wants every translated column in every language.
func (j *judge) translations(sheets map[string]map[string][]string) {
	all := sheets["survey"]["label"]
	for _, name := range []string{"survey", "choices"} {
		for column, tags := range sheets[name] {
			if !slices.Equal(tags, all) {
				j.fault("%s: %s is in %v, the labels in %v", name, column, tags, all)
			}
		}
	}
}

func (j *judge) choices(rows []map[string]string) {
	for i, row := range rows {
		list := row["list_name"]
		if j.lists[list] == nil {
			j.lists[list] = map[string]bool{}
		}
		if list == "" || row["name"] == "" || strings.Contains(row["name"], " ") || j.lists[list][row["name"]] || row["label::Tiếng Việt (vi)"] == "" {
			j.fault("choices, row %d: %v", i+2, row)
		}
		j.lists[list][row["name"]] = true
	}
}

func (j *judge) survey(rows []map[string]string) {
	for _, row := range rows {
		if !strings.Contains(row["type"], "group") {
			j.names[row["name"]]++
		}
	}
	open := []map[string]bool{{}} // names of each open group, in lower case
	for i, row := range rows {
		if row["type"] == "end_group" {
			if open = open[:len(open)-1]; len(open) == 0 {
				j.fault("row %d closes nothing", i+2)
				return
			}
			continue
		}
		lower := strings.ToLower(row["name"])
		if siblings := open[len(open)-1]; siblings[lower] || len(open) == 1 && lower == "meta" || !xmlName.MatchString(row["name"]) {
			j.fault("row %d: name %q", i+2, row["name"])
		}
		open[len(open)-1][lower] = true
		j.row(i+2, row)
		if row["type"] == "begin_group" {
			open = append(open, map[string]bool{})
		}
	}
	if len(open) != 1 {
		j.fault("%d groups are not closed", len(open)-1)
	}
}

func (j *judge) row(line int, row map[string]string) {
	command, list, _ := strings.Cut(row["type"], " ")
	group := command == "begin_group"
	switch {
	case group && row["label::Tiếng Việt (vi)"] == "" && row["appearance"] != "field-list":
		j.fault("row %d: a group without a label", line)
	case group:
		if j.names[row["name"]] > 0 {
			j.fault("row %d: a group is called like a question: %q", line, row["name"])
		}
	case command == "select_one" || command == "select_multiple":
		if j.lists[list] == nil {
			j.fault("row %d: no list %q", line, list)
		}
	case !slices.Contains(plainType, row["type"]):
		j.fault("row %d: type %q", line, row["type"])
	case command == "calculate" && row["calculation"] == "":
		j.fault("row %d: no calculation", line)
	}
	if p := row["parameters"]; p != "" && (p != "randomize=true" || list == "") {
		j.fault("row %d: parameters %q", line, p)
	}
	for _, cell := range row {
		for _, m := range reference.FindAllStringSubmatch(cell, -1) {
			if j.names[m[1]] != 1 {
				j.fault("row %d: ${%s} names %d questions", line, m[1], j.names[m[1]])
			}
		}
	}
}

func TestExportedWorkbooksKeepTheSpecification(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		if faults := judged(xlsform.Export(drawQuestionnaire(t))); len(faults) > 0 {
			t.Fatal(strings.Join(faults, "\n"))
		}
	})
}

// The judge must find what it is there for.
func TestTheJudgeOfWorkbooksKnowsBadOnes(t *testing.T) {
	t.Parallel()
	base := func() xlsform.Book {
		return xlsform.Book{
			{Name: "survey", Rows: []xlsform.Row{{Line: 1, Cells: []string{"type", "name", "label::Tiếng Việt (vi)", "parameters"}}, {Line: 2, Cells: []string{"select_one l", "q1", "Một", ""}}}},
			{Name: "choices", Rows: []xlsform.Row{{Line: 1, Cells: []string{"list_name", "name", "label::Tiếng Việt (vi)"}}, {Line: 2, Cells: []string{"l", "a", "A"}}}},
			{Name: "settings", Rows: []xlsform.Row{{Line: 1, Cells: []string{"form_id"}}, {Line: 2, Cells: []string{"x"}}}}}
	}
	if faults := judged(base()); len(faults) > 0 {
		t.Fatal(faults)
	}
	for name, spoil := range map[string]func(b xlsform.Book){
		"unknown type":          func(b xlsform.Book) { b[0].Rows[1].Cells[0] = "rating" },
		"no such list":          func(b xlsform.Book) { b[0].Rows[1].Cells[0] = "select_one m" },
		"a name with a blank":   func(b xlsform.Book) { b[0].Rows[1].Cells[1] = "a b" },
		"an unclosed group":     func(b xlsform.Book) { b[0].Rows[1].Cells[0] = "begin_group" },
		"a missing translation": func(b xlsform.Book) { b[1].Rows[0].Cells[2] = "label::English (en)" },
		"a language unknown":    func(b xlsform.Book) { b[0].Rows[0].Cells[2] = "label::Việt" },
		"no such question":      func(b xlsform.Book) { b[0].Rows[1].Cells[2] = "${q9}" },
		"a parameter":           func(b xlsform.Book) { b[0].Rows[1].Cells[3] = "random=yes" },
		"an empty choice":       func(b xlsform.Book) { b[1].Rows[1].Cells[2] = "" },
		"an unknown setting":    func(b xlsform.Book) { b[2].Rows[0].Cells[0] = "formid" },
	} {
		b := base()
		spoil(b)
		if len(judged(b)) == 0 {
			t.Errorf("%s was not found", name)
		}
	}
}
