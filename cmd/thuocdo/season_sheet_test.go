package main

import (
	"bytes"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"thuocdo/cmd/thuocdo/measure"
	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/survey/account"
)

// sheetBook is the workbook of a sheet as the page gives it, open in a spreadsheet.
type sheetBook struct {
	tb   testing.TB
	file *excelize.File
	name string
	cols map[string]int // from 1
	rows map[string]int // by leaf
}

func newSheetBook(tb testing.TB, content []byte) *sheetBook {
	tb.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(content))
	ok(tb, err)
	tb.Cleanup(func() { f.Close() })
	b := &sheetBook{tb: tb, file: f, name: f.GetSheetName(0), cols: map[string]int{}, rows: map[string]int{}}
	rows, err := f.GetRows(b.name)
	ok(tb, err)
	for i, title := range rows[0] {
		b.cols[title] = i + 1
	}
	for i, row := range rows[1:] {
		b.rows[row[b.cols["leaf"]-1]] = i + 2
	}
	return b
}

// set types something into the row of a leaf.
func (b *sheetBook) set(leaf, column string, value any) {
	b.tb.Helper()
	if b.cols[column] == 0 || b.rows[leaf] == 0 {
		b.tb.Fatalf("no cell %s of %s", column, leaf)
	}
	cell, err := excelize.CoordinatesToCellName(b.cols[column], b.rows[leaf])
	ok(b.tb, err)
	ok(b.tb, b.file.SetCellValue(b.name, cell, value))
}

// claim types a claim about a leaf.
func (b *sheetBook) claim(n scoring.PlanNode, in scoring.LeafInput, issuer string) {
	switch {
	case in.Choice != "":
		b.set(n.Code, "choice", in.Choice)
	case in.Value != nil:
		b.set(n.Code, "value", *in.Value)
	case in.Appraised != nil:
		b.set(n.Code, "self", *in.Appraised)
	}
	for _, code := range slices.Sorted(maps.Keys(in.Counts)) {
		b.set(n.Code, "counts", code+"=0")
	}
	b.set(n.Code, "documents", "12/KH-UBND||"+issuer)
	b.set(n.Code, "explanation", "theo kế hoạch")
}

func (b *sheetBook) bytes() []byte {
	b.tb.Helper()
	var out bytes.Buffer
	ok(b.tb, b.file.Write(&out))
	return out.Bytes()
}

// upload sends a file as the form does.
func (p *participant) upload(path string, content []byte) (status int, page []byte) {
	p.tb.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	ok(p.tb, w.WriteField("token", p.token))
	part, err := w.CreateFormFile("tep", "phieu.xlsx")
	ok(p.tb, err)
	_, err = part.Write(content)
	ok(p.tb, err)
	ok(p.tb, w.Close())
	return p.answered(p.client.Post(p.address+path, w.FormDataContentType(), &body))
}

// fillBySheet fills in the workbook of the page and sends it back; the page shows what would change, and then takes it.
func (p *participant) fillBySheet(agency string) {
	p.tb.Helper()
	at := seasonAt + "/phieu/" + agency
	b := newSheetBook(p.tb, p.get(at+"/tai-ve.xlsx"))
	for _, n := range p.plan.Nodes() {
		if assess.Claimed(n) {
			in, err := someInput(p.plan, n)
			ok(p.tb, err)
			b.claim(n, in, "UBND "+agency)
		}
	}
	status, page := p.upload(at+"/nhap-tep", b.bytes())
	if status != http.StatusOK {
		p.tb.Fatalf("preview of %s: %d\n%.3000s", agency, status, page)
	}
	p.send(at+"/nhap-tep", p.formOf(at, page, "thay-doi").Fields)
}

// A workbook in which somebody changed the column of codes is refused with the rows, and nothing of it is stored.
func TestAWorkbookWithChangedCodesIsRefusedWhole(t *testing.T) {
	t.Parallel()
	s := newWholeSeason(t)
	s.enter(account.Account{Login: "quantri", Role: account.Administrator}).plansAndOpens()
	p := s.enter(account.Account{Login: "canbo", Role: account.Officer, Agency: "01"})
	at := seasonAt + "/phieu/01"
	empty := p.get(at + "/tai-ve.xlsx")
	var leaves []scoring.PlanNode
	for _, n := range s.plan.Nodes() {
		if assess.Claimed(n) {
			leaves = append(leaves, n)
		}
	}
	one, two := leaves[0], leaves[1]
	for name, c := range map[string]struct {
		change func(*sheetBook)
		says   []string
	}{
		"a code that is none":        {func(b *sheetBook) { b.set(one.Code, "leaf", "9.9.9") }, []string{"9.9.9"}},
		"a code twice":               {func(b *sheetBook) { b.set(two.Code, "leaf", one.Code) }, []string{"có hai dòng"}},
		"two codes exchanged":        {func(b *sheetBook) { b.set(one.Code, "leaf", two.Code); b.set(two.Code, "leaf", one.Code) }, []string{"mang tên của tiêu chí " + one.Code, "mang tên của tiêu chí " + two.Code}},
		"codes without their titles": {func(b *sheetBook) { b.set(one.Code, "leaf", "=1+1") }, []string{"=1&#43;1"}},
		"the agency of others":       {func(b *sheetBook) { b.set(one.Code, "agency", "04") }, []string{"04"}},
		"no column of codes": {func(b *sheetBook) {
			cell, err := excelize.CoordinatesToCellName(b.cols["leaf"], 1)
			ok(t, err)
			ok(t, b.file.SetCellValue(b.name, cell, "ghi chú"))
		}, []string{"(leaf)"}},
	} {
		b := newSheetBook(t, empty)
		for _, n := range leaves[:3] {
			in, err := someInput(s.plan, n)
			ok(t, err)
			b.claim(n, in, "UBND")
		}
		c.change(b)
		status, page := p.upload(at+"/nhap-tep", b.bytes())
		for _, words := range c.says {
			if status != http.StatusUnprocessableEntity || !strings.Contains(string(page), words) {
				t.Errorf("%s: %d without %q", name, status, words)
			}
		}
		for _, f := range measure.Forms(page) {
			if f.Fields.Has("thay-doi") {
				t.Errorf("%s: there is something to confirm", name)
			}
		}
	}
	sheet, err := s.store.Sheet(t.Context(), "par-2026", "01")
	if ok(t, err); len(sheet.Leaves) != 0 {
		t.Errorf("%d leaves are stored", len(sheet.Leaves))
	}
	status, _ := p.post(at+"/nhap-tep", url.Values{"token": {p.token}, "thay-doi": {`[{"leaf":"9.9.9","seen":0,"claim":{"input":{"value":1}}}]`}})
	if status < 400 || status >= 500 {
		t.Errorf("changes of a leaf that is none: %d", status)
	}
}
