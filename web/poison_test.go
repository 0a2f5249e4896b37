package web

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/filetype/filetest"
	"thuocdo/data/scribe"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
)

// poison is a text that tries to be a formula, markup, a template and a path; where its markup stands as such, it has worked.
const (
	poison = `=HYPERLINK("http://x","a")<b id=zq7>"'{{.CSRF}}../..`
	worked = "<b id=zq7>"
)

// poisoner types poison into every text field of the forms of pages.
type poisoner struct {
	*browser
	fields, posts int
}

// clean wants an answer in which poison is text.
func (p *poisoner) clean(what string, a answer) {
	p.tb.Helper()
	if a.StatusCode >= 500 || strings.Contains(a.body, worked) {
		p.tb.Errorf("%s: %d, %q", what, a.StatusCode, around(a.body, worked))
	}
}

// page sends every form of a page, with poison in all its text fields at once and in one after the other.
func (p *poisoner) page(at string) {
	p.tb.Helper()
	first := p.get(at)
	if p.clean(at, first); first.doc == nil || first.StatusCode != http.StatusOK {
		p.tb.Fatalf("%s: %d", at, first.StatusCode)
	}
	for i := range formsOf(first) {
		fresh := p.get(at)
		forms := formsOf(fresh)
		if i >= len(forms) {
			break // what was sent has changed the page
		}
		names := textFields(forms[i])
		p.fields += len(names)
		for k := -1; k < len(names); k++ {
			if k == 0 && len(names) == 1 {
				break
			}
			fresh = p.get(at)
			if forms = formsOf(fresh); i >= len(forms) {
				break
			}
			fields := wouldSend(forms[i])
			chosen(forms[i], fields)
			fields.Set("token", tokenOf(p.tb, fresh))
			for j, name := range names {
				if k < 0 || j == k {
					fields.Set(name, poison)
				}
			}
			p.send(at, forms[i], fields)
		}
	}
	p.clean(at+" afterwards", p.get(at))
}

// send posts a form as a browser does.
func (p *poisoner) send(at string, form *html.Node, fields url.Values) {
	p.tb.Helper()
	p.posts++
	to := or(attr(form, "action"), at)
	if attr(form, "enctype") != "multipart/form-data" {
		p.clean("POST "+to, p.post(to, fields))
		return
	}
	var parts []sentPart
	for name, values := range fields {
		for _, v := range values {
			parts = append(parts, sentPart{name, "", v})
		}
	}
	p.clean("POST "+to, p.multi(to, append(parts, sentPart{"tep", poison + ".pdf", string(filetest.PDF("x"))})...))
}

// formsOf are the forms that a page sends by POST, but that of signing out.
func formsOf(a answer) (list []*html.Node) {
	for n := range a.doc.Descendants() {
		if n.Data == "form" && strings.EqualFold(attr(n, "method"), "post") && !strings.HasPrefix(attr(n, "action"), "/dang-xuat") {
			list = append(list, n)
		}
	}
	return list
}

// chosen adds what is chosen in lists, the first where nothing is.
func chosen(form *html.Node, fields url.Values) {
	for n := range form.Descendants() {
		if n.Data != "option" || n.Parent.Data != "select" {
			continue
		}
		name, value := attr(n.Parent, "name"), attr(n, "value")
		if !has(n, "value") {
			value = text(n)
		}
		if !fields.Has(name) || has(n, "selected") {
			fields.Set(name, value)
		}
	}
}

// textFields are the names of fields that people type freely into.
func textFields(form *html.Node) (names []string) {
	for n := range form.Descendants() {
		free := n.Data == "textarea" || n.Data == "input" && slices.Contains([]string{"", "text", "search", "email", "date", "datetime-local", "number"}, attr(n, "type"))
		if name := attr(n, "name"); free && name != "" && !has(n, "readonly") {
			names = append(names, name)
		}
	}
	return names
}

// Whatever is typed into a text field of the pages of a season and of accounts comes back as text, and no form breaks of it.
func TestPoisonInEveryFieldOfSeasonsAndAccountsStaysText(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	s := mustServerWith(t, Config{Formats: export.Formats}, st)
	hue, err := st.AccountByLogin(t.Context(), "hue")
	must(t, err)
	fields := 0
	for login, pages := range map[string][]string{
		"quantri": {seasonsPath + "/" + newSeason, seasonAddress("par") + "/sua", seasonAddress("par"), accountsPath + "/" + newAccount, accountAddress(hue.ID), factorRolesPath, tokensPath, selfPath},
		"hanoi":   {sheetAddress("par", "01") + "/1.1.1", hanoiDocuments, hanoiDocuments + "?muc=1.1.1", sheetAddress("par", "01")},
	} {
		p := &poisoner{browser: signedInAs(t, s, login)}
		for _, at := range pages {
			p.page(at)
		}
		fields += p.fields
	}
	if fields < 40 {
		t.Errorf("only %d fields were found", fields)
	}
}

func TestPoisonInPlansAndReportsStaysText(t *testing.T) {
	t.Parallel()
	_, st := mustBlocks(t)
	s := withDocuments(t, st)
	p := &poisoner{browser: signedInAs(t, s, "hanoi")}
	task := putIntoPlan(t, p.browser)
	typed := taskValues(1)
	for _, name := range []string{"viec", "phu-trach", "ghi-chu", "so-1", "noi-1"} {
		typed.Set(name, poison)
	}
	stored := postTo(p.browser, task, typed)
	if stored.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", stored.StatusCode)
	}
	p.page(task)
	p.page(reportOfHanoi)
	for _, name := range []string{planOfHanoi + "/tai-ve.csv", planOfHanoi + "/tai-ve.xlsx", reportOfHanoi + "/tai-ve.docx", reportOfHanoi + "/tai-ve.pdf"} {
		p.file(name)
	}
	if p.fields < 10 {
		t.Errorf("only %d fields were found", p.fields)
	}
}

// file wants a file in which poison is text: no cell is a formula, no part of a document is broken or marked up by it.
func (p *poisoner) file(at string) {
	p.tb.Helper()
	a := p.get(at)
	if a.StatusCode != http.StatusOK {
		p.tb.Fatalf("%s: %d", at, a.StatusCode)
	}
	switch ending := path.Ext(strings.SplitN(at, "?", 2)[0]); ending {
	case ".csv":
		for row := range strings.Lines(strings.TrimPrefix(a.body, "\ufeff")) {
			for cell := range strings.SplitSeq(row, ",") {
				if cell = strings.TrimLeft(cell, "\""); strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "@") || strings.HasPrefix(cell, "\t") {
					p.tb.Errorf("%s: a cell begins as a formula: %.80s", at, cell)
				}
			}
		}
	case ".xlsx":
		p.workbook(at, a.body)
	case ".docx":
		p.document(at, a.body)
	default:
		if !strings.HasPrefix(a.body, "%PDF") {
			p.tb.Errorf("%s: %.20q", at, a.body)
		}
	}
}

func (p *poisoner) workbook(at, body string) {
	p.tb.Helper()
	f, err := excelize.OpenReader(strings.NewReader(body))
	must(p.tb, err)
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		must(p.tb, err)
		for y, row := range rows {
			for x, text := range row {
				cell, err := excelize.CoordinatesToCellName(x+1, y+1)
				must(p.tb, err)
				if formula, err := f.GetCellFormula(sheet, cell); err != nil || formula != "" || strings.HasPrefix(text, "=") {
					p.tb.Errorf("%s: %s is a formula: %q %q, %v", at, cell, formula, text, err)
				}
			}
		}
	}
}

func (p *poisoner) document(at, body string) {
	p.tb.Helper()
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	must(p.tb, err)
	for _, part := range z.File {
		if !strings.HasSuffix(part.Name, ".xml") {
			continue
		}
		r, err := part.Open()
		must(p.tb, err)
		for d := xml.NewDecoder(r); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if must(p.tb, err); token == nil {
				break
			}
			if e, ok := token.(xml.StartElement); ok && e.Name.Local == "b" && e.Name.Space == "" {
				p.tb.Errorf("%s: %s holds markup of somebody", at, part.Name)
			}
		}
		must(p.tb, r.Close())
	}
}

// mustPoisoned is a season before the council in which everything that people write is poison.
func mustPoisoned(t *testing.T) *data.Store {
	t.Helper()
	st := mustSeason(t)
	ctx := t.Context()
	season := parSeason("par")
	season.Title, season.Board.Members = phrase.VI(poison, poison), []string{poison, "Bình", "Chi"}
	must(t, st.PutSeason(ctx, season))
	_, plan, err := st.Season(ctx, "par")
	must(t, err)
	d, err := st.AddDocument(ctx, "par", assess.Document{Agency: "01", Number: poison, Issuer: poison, File: assess.File{Name: poison + ".pdf"}}, strings.NewReader(string(filetest.PDF("x"))), "", "")
	must(t, err)
	do := func(login string, acts ...assess.Act) {
		t.Helper()
		must(t, st.Assess(asWho(t, login), "par", assess.Turn{Agency: "01", Acts: acts}))
	}
	var fill, appraise []assess.Act
	for _, n := range plan.Nodes() {
		list := someInputs(n)
		switch {
		case assess.Claimed(n):
			fill = append(fill, assess.Fill{Leaf: n.Code, Claim: assess.Claim{Input: list[len(list)-1], Evidence: []assess.Evidence{d.Evidence(poison)}, Explanation: poison}})
			in := list[0]
			act := assess.Appraise{Leaf: n.Code, Seen: 1}
			if n.Code == "1.1.1" {
				act.Seen, act.Input, act.Reason = 3, &in, poison
			}
			appraise = append(appraise, act)
		case assess.Assessed(n):
			appraise = append(appraise, assess.Appraise{Leaf: n.Code, Input: &list[len(list)-1], Reason: poison})
		}
	}
	do("hanoi", append(fill, assess.Submit{Head: poison})...)
	do("thamdinh", assess.Ask{Leaf: "1.1.1", Seen: 1, Text: poison})
	do("hanoi", assess.Answer{Leaf: "1.1.1", Seen: 2, Question: 1, Text: poison, Evidence: []assess.Evidence{d.Evidence(poison)}})
	do("thamdinh", append(appraise, assess.Advance{})...)
	do("hanoi", assess.Explain{Leaf: "1.1.1", Seen: 4, Text: poison, Appeal: true, Evidence: []assess.Evidence{d.Evidence(poison)}}, assess.Advance{Done: true})
	at, _ := plan.Node("1.1.1")
	again := someInputs(plan.Nodes()[at])[0]
	do("thamdinh", assess.Appraise{Leaf: "1.1.1", Seen: 5, Input: &again, Reason: poison}, assess.Advance{})
	do("quantri", assess.Decide{Leaf: "1.1.1", Seen: 6, Input: again, Votes: map[string]assess.Vote{poison: assess.For, "Bình": assess.For}, Reason: poison})
	return st
}

// Poison that is stored everywhere comes out as text: on pages of every role, in both languages, in tables and in documents.
func TestPoisonThatIsStoredComesOutAsTextEverywhere(t *testing.T) {
	t.Parallel()
	st := mustPoisoned(t)
	s := mustServerWith(t, Config{Formats: export.Formats, Documents: scribe.Formats}, st)
	season, sheet := seasonAddress("par"), sheetAddress("par", "01")
	shown := 0
	for login, pages := range map[string][]string{
		"quantri":  {seasonsPath, season, season + "/sua", sheet, sheet + "/1.1.1", season + councilName, season + councilName + "/1.1.1/01", hanoiDocuments, "/quan-tri/nhat-ky"},
		"thamdinh": {season + appraiseName + "?loc=all", season + appraiseName + "/1.1.1/01", season + appraiseName + "/1.1.1", season + differName, season + doubtName},
		"hanoi":    {seasonsPath, sheet, sheet + "/1.1.1", hanoiDocuments + "?muc=1.1.1", "/quan-tri"},
	} {
		p := &poisoner{browser: signedInAs(t, s, login)}
		for _, at := range pages {
			for _, lang := range []string{"", "en"} {
				a := p.get(withLang(at, lang))
				if p.clean(at, a); a.StatusCode != http.StatusOK {
					t.Errorf("%s %s: %d", login, at, a.StatusCode)
				}
				if strings.Contains(a.body, html.EscapeString(worked)) || strings.Contains(a.body, "&lt;b id=zq7&gt;") {
					shown++
				}
			}
		}
	}
	p := &poisoner{browser: signedInAs(t, s, "quantri")}
	for _, at := range []string{season + councilName + "/" + minutesName + ".docx", season + councilName + "/" + minutesName + ".pdf", season + differName + "/" + downloads + "csv", season + differName + "/" + downloads + "xlsx"} {
		p.file(at)
	}
	if shown < 20 {
		t.Errorf("poison is shown on %d pages only", shown)
	}
}
