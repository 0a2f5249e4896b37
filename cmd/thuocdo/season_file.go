package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/web"
)

// Columns of a file of a season beside agency, leaf and the inputs.
var seasonColumns = []string{"documents", "partial", "explanation", "reason", "appeal", "for", "against", "abstain"}

// seasonImportCmd reads what people did to many leaves.
type seasonImportCmd struct {
	Code string `arg:"" help:"Code of the season."`
	As   string `help:"What the file holds." enum:"claims,appraisals,appeals,decisions" required:"" placeholder:"claims|appraisals|appeals|decisions"`
	fileFlags
}

// Examples ends the help of the command.
func (*seasonImportCmd) Examples() []string {
	return []string{
		"thuocdo season import par-2026 --as claims claims.xlsx --dry-run",
		"# claims: agency,leaf,self,value,choice,counts,not_applicable,documents,partial,explanation",
		"#   documents: number|date|issuer|page; next one; self only where the leaf has no rule, or as its rule computes",
		"# appraisals: agency,leaf,value,…,reason; without an input the claim is accepted",
		"# appeals: agency,leaf,explanation,appeal (yes)   decisions: agency,leaf,value,…,for,against,abstain,reason",
	}
}

// Run reads, checks and stores: everything or nothing.
func (s *seasonImportCmd) Run(ctx context.Context, c *console) error {
	r, err := c.open(s.File)
	if err != nil {
		return err
	}
	defer r.Close()
	store, err := s.store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	season, plan, err := store.Season(ctx, s.Code)
	if err != nil {
		return seasonFlags{Code: s.Code}.hint(err)
	}
	sheets, err := store.Sheets(ctx, s.Code)
	if err != nil {
		return err
	}
	turns, err := readTurns(ctx, r, s.As, season, plan, sheets)
	if err != nil {
		return s.fault(err)
	}
	n := 0
	for _, t := range turns {
		n += len(t.Acts)
	}
	do := store.Assess
	if s.DryRun {
		do = store.CheckAssess
	}
	if err := do(ctx, s.Code, turns...); err != nil {
		return seasonFlags{Code: s.Code}.hint(s.fault(err))
	}
	s.done(c, "%d %s of %d agencies", n, s.As, len(turns))
	return nil
}

// readTurns reads a file: what each row does to a leaf as it is now. The error may be phrase.Mistakes with every mistake.
func readTurns(ctx context.Context, r io.Reader, as string, season *assess.Season, plan *scoring.Plan, sheets []assess.Sheet) (turns []assess.Turn, err error) {
	groups := map[string]string{}
	for _, a := range season.Agencies {
		groups[a] = ""
	}
	in := &indexInput{plan: plan, period: season.Period, units: map[string]*scoring.Unit{}, known: groups}
	var found phrase.Mistakes
	f := seasonSheet{scoreSheet: scoreSheet{in: in, found: &found, long: true, inputs: map[string]map[string]scoring.LeafInput{}}, as: as, sheets: sheets, acts: map[string][]assess.Act{}}
	ignored, err := in.rows(ctx, r, func(what string) bool {
		return in.inScores(what) || slices.Contains(seasonColumns, what) || what == "title"
	}, &found, f.head, f.line)
	if err != nil {
		return nil, err
	}
	for _, name := range ignored {
		if name != "max_points" { // as the export writes it
			found.Add("row 1", "không rõ cột %q dùng làm gì", "there is no use for the column %q", name)
		}
	}
	if len(found) > 0 {
		return nil, found
	}
	for _, agency := range slices.Sorted(maps.Keys(f.acts)) {
		turns = append(turns, assess.Turn{Agency: agency, Acts: f.acts[agency]})
	}
	return turns, nil
}

// sheetFiles are the files of claims that pages send and take.
var sheetFiles = web.SheetFiles{Table: claimsTable,
	Read: func(ctx context.Context, in io.Reader, season *assess.Season, plan *scoring.Plan, sheets []assess.Sheet) ([]assess.Turn, error) {
		return readTurns(ctx, in, "claims", season, plan, sheets)
	}}

// seasonSheet is a file of a season being read.
type seasonSheet struct {
	scoreSheet
	as     string
	sheets []assess.Sheet
	acts   map[string][]assess.Act
}

func (s *seasonSheet) head(x sheetRow) {
	if _, ok := x.at["leaf"]; !ok {
		s.found.Add(fmt.Sprintf("row %d", x.line), "thiếu cột tiêu chí (leaf); tệp có các cột: %s", "the column leaf is missing; the file has %s", strings.Join(x.names, ", "))
	}
}

// line reads one row: what is done to one leaf.
func (s *seasonSheet) line(x sheetRow) {
	agency, leaf := x.get("agency"), x.get("leaf")
	i := slices.IndexFunc(s.sheets, func(sheet assess.Sheet) bool { return sheet.Agency == agency })
	if i < 0 {
		s.found.Add(x.place("agency"), "cơ quan %q không thuộc kỳ đánh giá", "agency %q is not in the season", agency)
		return
	}
	if s.inputs[agency] == nil {
		s.inputs[agency] = map[string]scoring.LeafInput{}
	}
	before := len(*s.found)
	s.longRow(x, s.inputs[agency])
	s.title(x, leaf)
	if len(*s.found) > before {
		return
	}
	in := s.points(x, leaf, s.inputs[agency][leaf])
	act := s.act(x, leaf, s.sheets[i].Leaves[leaf], in)
	if act != nil && len(*s.found) == before {
		s.acts[agency] = append(s.acts[agency], act)
	}
}

// title refuses a row whose title is of another leaf: somebody changed its code, or sorted one column alone.
func (s *seasonSheet) title(x sheetRow, leaf string) {
	typed := strings.Join(strings.Fields(x.get("title")), " ")
	if typed == "" {
		return
	}
	owner := ""
	for _, n := range s.in.plan.Nodes() {
		if n.Leaf < 0 || typed != n.Title.In("vi") && typed != n.Title.In("en") {
			continue
		}
		if owner = n.Code; owner == leaf {
			return
		}
	}
	if owner != "" {
		s.found.Add(x.place("leaf"), "dòng này mang tên của tiêu chí %s, không phải %s; hãy trả lại mã như khi tải về", "the title of this row is that of leaf %s, not %s; put the code back as it was", owner, leaf)
	}
}

// points makes a typed self score the points of a leaf without a rule. Beside a rule it must be what the rule computes.
func (s *seasonSheet) points(x sheetRow, leaf string, in scoring.LeafInput) scoring.LeafInput {
	typed := in.Self
	if in.Self = nil; typed == nil || s.as != "claims" {
		return in
	}
	at, _ := s.in.plan.Node(leaf)
	if s.in.plan.Nodes()[at].Rule == nil {
		in.Appraised = typed
		return in
	}
	switch points, err := assess.Points(s.in.plan, leaf, in); {
	case err != nil:
		s.found.Add(x.place("self"), "điểm của mục %q do quy tắc tính ra; hãy ghi số liệu hoặc phương án", "the points of %q are computed by its rule; give its input", leaf)
	case points != *typed:
		s.found.Add(x.place("self"), "quy tắc cho %v điểm, không phải %v", "the rule gives %v points, not %v", points, *typed)
	}
	return in
}

// act is what a row does; nil where a row of claims is left blank.
func (s *seasonSheet) act(x sheetRow, leaf string, now assess.Leaf, in scoring.LeafInput) assess.Act {
	blank, seen := in.String() == "", now.Version
	switch s.as {
	case "claims":
		c := assess.Claim{Input: in, Evidence: s.documents(x), Partial: s.yes(x, "partial"), Explanation: x.get("explanation")}
		if blank && seen == 0 && len(c.Evidence) == 0 && c.Explanation == "" {
			return nil
		}
		return assess.Fill{Leaf: leaf, Seen: seen, Claim: c}
	case "appraisals":
		if blank {
			return assess.Appraise{Leaf: leaf, Seen: seen, Reason: x.get("reason")}
		}
		return assess.Appraise{Leaf: leaf, Seen: seen, Input: &in, Reason: x.get("reason")}
	case "appeals":
		act := assess.Explain{Leaf: leaf, Seen: seen, Text: x.get("explanation"), Appeal: s.yes(x, "appeal")}
		if now.Appeal != nil {
			act.Evidence = now.Appeal.Evidence // a table does not know of it
		}
		return act
	}
	return assess.Decide{Leaf: leaf, Seen: seen, Input: in, Votes: s.votes(x), Reason: x.get("reason")}
}

// documents reads "number|date|issuer|page; number|…".
func (s *seasonSheet) documents(x sheetRow) (list []assess.Evidence) {
	for part := range strings.SplitSeq(x.get("documents"), ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		fields := strings.Split(part, "|")
		if len(fields) > 4 {
			s.found.Add(x.place("documents"), "%q: cần số|ngày|nơi ban hành|trang", "%q: number|date|issuer|page is expected", part)
			continue
		}
		fields = append(fields, "", "", "")
		list = append(list, assess.Evidence{Number: strings.TrimSpace(fields[0]), Date: strings.TrimSpace(fields[1]), Issuer: strings.TrimSpace(fields[2]), Page: strings.TrimSpace(fields[3])})
	}
	return list
}

// votes reads the names of members by their vote.
func (s *seasonSheet) votes(x sheetRow) map[string]assess.Vote {
	votes := map[string]assess.Vote{}
	for _, v := range []assess.Vote{assess.For, assess.Against, assess.Abstain} {
		for name := range strings.SplitSeq(x.get(string(v)), ";") {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			if _, twice := votes[name]; twice {
				s.found.Add(x.place(string(v)), "%q có hai phiếu", "%q has two votes", name)
			}
			votes[name] = v
		}
	}
	return votes
}

// seasonExportCmd writes what stands.
type seasonExportCmd struct {
	Code string `arg:"" help:"Code of the season."`
	As   string `help:"Scores as they stand, for the command index; or claims, to edit and import." enum:"scores,claims" default:"scores"`
	outFlags
}

// Examples ends the help of the command.
func (*seasonExportCmd) Examples() []string {
	return []string{
		"thuocdo season export par-2026 -o scores.csv",
		"thuocdo index --framework par-index-province --scores scores.csv --kind province",
		"thuocdo season export par-2026 --as claims --format xlsx -o claims.xlsx",
	}
}

// Run writes one row per agency and leaf.
func (s *seasonExportCmd) Run(ctx context.Context, c *console) error {
	store, err := s.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	_, plan, err := store.Season(ctx, s.Code)
	if err != nil {
		return seasonFlags{Code: s.Code}.hint(err)
	}
	sheets, err := store.Sheets(ctx, s.Code)
	if err != nil {
		return err
	}
	if s.As == "claims" {
		return s.table(c, claimsTable(s.Code, s.Lang, plan, sheets))
	}
	return s.table(c, scoresTable(s.Code, s.Lang, plan, sheets))
}

// inputColumns are the inputs of a leaf, as readScores knows them.
var inputColumns = []report.Column{{Key: "self", Title: "self", Type: report.Decimal}, {Key: "appraised", Title: "appraised", Type: report.Decimal}, {Key: "value", Title: "value", Type: report.Decimal},
	{Key: "choice", Title: "choice"}, {Key: "counts", Title: "counts"}, {Key: "not_applicable", Title: "not_applicable"}}

// inputCells writes an input into them.
func inputCells(in scoring.LeafInput) []report.Value {
	number := func(x *float64) report.Value {
		if x == nil {
			return report.Value{}
		}
		return report.Num(*x)
	}
	var cases []string
	for _, code := range slices.Sorted(maps.Keys(in.Counts)) {
		cases = append(cases, fmt.Sprintf("%s=%v", code, in.Counts[code]))
	}
	na := ""
	if in.NotApplicable {
		na = "yes"
	}
	return []report.Value{number(in.Self), number(in.Appraised), number(in.Value), report.Str(in.Choice), report.Str(strings.Join(cases, " ")), report.Str(na)}
}

func keyColumns(titles ...string) (list []report.Column) {
	for _, t := range titles {
		list = append(list, report.Column{Key: t, Title: t})
	}
	return list
}

// scoresTable is what stands of every leaf about which something is known.
func scoresTable(code, lang string, plan *scoring.Plan, sheets []assess.Sheet) *report.Table {
	t := &report.Table{Name: code, Title: code, Lang: lang, Columns: slices.Concat(keyColumns("agency", "leaf"), inputColumns)}
	var rows [][]report.Value
	for _, sheet := range sheets {
		scores := sheet.Scores(plan)
		for _, n := range plan.Nodes() {
			if in, ok := scores[n.Code]; ok {
				rows = append(rows, slices.Concat([]report.Value{report.Str(sheet.Agency), report.Str(n.Code)}, inputCells(in)))
			}
		}
	}
	t.Rows = report.Rows(rows)
	return t
}

// claimsTable is every leaf that agencies score, filled in or not.
func claimsTable(code, lang string, plan *scoring.Plan, sheets []assess.Sheet) *report.Table {
	t := &report.Table{Name: code, Title: code, Lang: lang}
	t.Columns = slices.Concat(keyColumns("agency", "leaf", "title"), []report.Column{{Key: "max_points", Title: "max_points", Type: report.Decimal}}, inputColumns, keyColumns("documents", "partial", "explanation"))
	t.Columns = slices.DeleteFunc(t.Columns, func(c report.Column) bool { return c.Key == "appraised" })
	var rows [][]report.Value
	for _, sheet := range sheets {
		for _, n := range plan.Nodes() {
			if !assess.Claimed(n) {
				continue
			}
			c := sheet.Leaves[n.Code].Claim
			c.Input.Self = c.Input.Appraised
			cells := inputCells(c.Input)
			partial := ""
			if c.Partial {
				partial = "yes"
			}
			rows = append(rows, slices.Concat([]report.Value{report.Str(sheet.Agency), report.Str(n.Code), report.Str(n.Title.In(lang)), report.Num(n.MaxPoints)},
				cells[:1], cells[2:], []report.Value{report.Str(documentsOf(c.Evidence)), report.Str(partial), report.Str(c.Explanation)}))
		}
	}
	t.Rows = report.Rows(rows)
	return t
}

func documentsOf(list []assess.Evidence) string {
	var words []string
	for _, e := range list {
		words = append(words, strings.TrimRight(strings.Join([]string{e.Number, e.Date, e.Issuer, e.Page}, "|"), "|"))
	}
	return strings.Join(words, "; ")
}
