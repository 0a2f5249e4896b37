package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/web/locale"
)

// Names of fields of a claim. Documents have a number in between: "tl.0.so".
const (
	docPrefix   = "tl."
	docFile     = "tep" // behind the number: the digest of the file that the document has
	partialName = "mot-phan"
	reasonName  = "giai-trinh"
	moreDocs    = 2 // empty rows behind those that are filled
)

// claimForm is the claim about a leaf as it is typed.
type claimForm struct {
	Input       *leafForm
	Docs        []docFields
	Partial     bool
	Explanation string
	Seen        int64
	Most        int // letters of the explanation
}

// docFields is one document as it is typed.
type docFields struct {
	N                          int    // from 1
	Name                       string // prefix of the names of its fields
	Number, Date, Issuer, Page string
	Digest, File               string // of its file, and what it is called; "" = it has none
	WrongNumber, WrongDate     string
}

func newDocFields(i int) docFields {
	return docFields{N: i + 1, Name: docPrefix + strconv.Itoa(i) + "."}
}

func (d docFields) empty() bool { return d.Number+d.Date+d.Issuer+d.Page == "" }

func newClaimForm(l *locale.Locale, n scoring.PlanNode, leaf assess.Leaf) *claimForm {
	f := &claimForm{Input: newLeafForm(l, n, "", leaf.Claim.Input), Partial: leaf.Claim.Partial, Explanation: leaf.Claim.Explanation, Seen: leaf.Version, Most: assess.MostText}
	for i, e := range leaf.Claim.Evidence {
		d := newDocFields(i)
		d.Number, d.Date, d.Issuer, d.Page = e.Number, e.Date, e.Issuer, e.Page
		if e.File != nil {
			d.Digest, d.File = e.File.Digest, e.File.Name
		}
		f.Docs = append(f.Docs, d)
	}
	f.room()
	return f
}

// room adds empty rows to type more documents in.
func (f *claimForm) room() {
	for range moreDocs {
		if len(f.Docs) < assess.MostEvidence {
			f.Docs = append(f.Docs, newDocFields(len(f.Docs)))
		}
	}
}

// filesOf returns the files that a form may put behind its documents, by digest: those of the stored claim, and where it names others
// those that the agency keeps.
func (s *Server) filesOf(c echo.Context, x *aClaim, form url.Values) (map[string]assess.File, error) {
	files := map[string]assess.File{}
	for _, e := range x.item.Leaf.Claim.Evidence {
		if e.File != nil {
			files[e.File.Digest] = *e.File
		}
	}
	for i := range assess.MostEvidence {
		digest := word(form, docPrefix+strconv.Itoa(i)+"."+docFile)
		if _, ok := files[digest]; ok || digest == "" {
			continue
		}
		list, err := s.store.Documents(c.Request().Context(), x.season.Code, x.sheet.Agency)
		for _, d := range list {
			files[d.Digest] = d.File
		}
		return files, err
	}
	return files, nil
}

// readClaimForm reads a claim out of a form; files are those that its documents may have. Where something is wrong the claim is not to
// be used.
func readClaimForm(l *locale.Locale, plan *scoring.Plan, n scoring.PlanNode, files map[string]assess.File, form url.Values) (f *claimForm, claim assess.Claim, wrong []wrongField) {
	f = &claimForm{Partial: form.Get(partialName) != "", Explanation: trimmed(form.Get(reasonName)), Most: assess.MostText}
	f.Seen, _ = strconv.ParseInt(form.Get(fieldSeen), 10, 64) // anything else is a conflict
	f.Input, claim.Input = readLeafForm(l, plan, n, "", form)
	wrong = slices.Clone(f.Input.Wrong)
	claim.Partial, claim.Explanation = f.Partial, f.Explanation
	if k := len([]rune(f.Explanation)); k > assess.MostText {
		wrong = append(wrong, wrongField{reasonName, reasonName, nil, l.T("claim.wrong.long", l.Int(int64(k)), l.Int(assess.MostText))})
	}
	for i := range assess.MostEvidence {
		d := newDocFields(len(f.Docs))
		at := docPrefix + strconv.Itoa(i) + "."
		d.Number, d.Date, d.Issuer, d.Page = word(form, at+"so"), word(form, at+"ngay"), word(form, at+"noi"), word(form, at+"trang")
		if d.empty() {
			continue
		}
		e := assess.Evidence{Number: d.Number, Issuer: d.Issuer, Page: d.Page}
		if file, ok := files[word(form, at+docFile)]; ok {
			d.Digest, d.File, e.File = file.Digest, file.Name, &file
		}
		if e.Number == "" {
			d.WrongNumber = l.T("claim.wrong.number")
			wrong = append(wrong, wrongField{d.Name + "so", fieldID(d.Name + "so"), nil, d.WrongNumber})
		}
		var ok bool
		if e.Date, ok = typedDay(d.Date); !ok {
			d.WrongDate = l.T("claim.wrong.date")
			wrong = append(wrong, wrongField{d.Name + "ngay", fieldID(d.Name + "ngay"), nil, d.WrongDate})
		}
		f.Docs, claim.Evidence = append(f.Docs, d), append(claim.Evidence, e)
	}
	f.room()
	return f, claim, wrong
}

func word(form url.Values, name string) string { return strings.TrimSpace(form.Get(name)) }

// trimmed trims a text and has it end its lines as everything here does.
func trimmed(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

// typedDay reads a day as it is typed in Viet Nam, 30/6/2026, or as forms of browsers send it; "" stays "".
func typedDay(text string) (day string, ok bool) {
	if text == "" {
		return "", true
	}
	for _, form := range []string{time.DateOnly, "2/1/2006", "2-1-2006", "2.1.2006"} {
		if t, err := time.Parse(form, text); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	return text, false
}

// documentLines writes documents one per line.
func documentLines(l *locale.Locale, list []assess.Evidence) string {
	var out []string
	for _, e := range list {
		text := e.Number
		if t, err := time.Parse(time.DateOnly, e.Date); err == nil {
			text += ", " + l.Date(t)
		}
		for _, more := range []string{e.Issuer, e.Page} {
			if more != "" {
				text += ", " + more
			}
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n")
}
