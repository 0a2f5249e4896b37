package web

import (
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"strconv"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/paper"
	"thuocdo/web/locale"
)

// printMost is how many forms are printed at once: a browser lays out no more in good time.
const printMost = 100

// printPage is some forms of a batch, ready for paper.
type printPage struct {
	placeAsked
	Code, Version string
	Title         phrase.Text
	Intro         []string
	Pages         []paperPage
	Sheets        []printedSheet
	From, To      int
	Issued        int
	Path          string
	Invited       bool // it counts with an invitation only
}

func (printPage) template() string { return "paper-print" }
func (printPage) frame(f *Frame)   { f.NoIndex, f.Paper = true, true }

type printedSheet struct {
	Number string
	QR     template.HTML
}

type paperPage struct {
	Title, Hint phrase.Text
	Only        string // when it is answered
	Blocks      []paperBlock
}

type paperBlock struct {
	Lead      phrase.Text
	Questions []paperQuestion
}

// paperQuestion is a question as paper shows it and as it is typed in.
type paperQuestion struct {
	*survey.Question
	Order   int // on paper, from 1; 0 for a note
	Options []survey.Choice
	Only    string
	Value   string // typed
	Wrong   string
	Several bool
	Long    bool
	Search  bool            // too many choices for numbers: it is written out, and typed in by code or name
	Hits    []survey.Choice // what a cell that names none of them may mean
	Consent phrase.Text     // what is agreed to, of a question that asks for consent
}

// paperPrint shows the forms from one number to another.
func (s *Server) paperPrint(c echo.Context) error {
	a, b, _, err := s.batch(c)
	if err != nil {
		return err
	}
	l, q := s.language(c), a.form().Questionnaire()
	p := printPage{placeAsked: placeAsked{a.wave.Title, a.agency.Name}, Code: b.Code, Version: q.Code + " " + q.Version, Title: q.Title, Path: batchPath(b.Code),
		Intro: introOf(l, a.form(), textsKept(a.wave)), Pages: paperPages(l, a.form(), nil, nil), Issued: b.Issued, Invited: a.invitedOnly()}
	p.From = within(c.QueryParam("tu"), 1, b.Issued, 1)
	p.To = within(c.QueryParam("den"), p.From, min(b.Issued, p.From+printMost-1), min(b.Issued, p.From+9))
	for n := p.From; n <= p.To; n++ {
		number := sheetNumber(b.Code, n)
		qr, err := qrCode(fmt.Sprintf("%s/%s/%s/%s", b.Wave, q.Version, b.Agency, number), number)
		if err != nil {
			return err
		}
		p.Sheets = append(p.Sheets, printedSheet{number, qr})
	}
	return s.show(c, http.StatusOK, p)
}

func sheetNumber(batch string, n int) string { return fmt.Sprintf("%s-%04d", batch, n) }

// within reads a number between two bounds; anything else is other.
func within(s string, low, high, other int) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		return other
	}
	return n
}

// paperPages lays a questionnaire out for paper and for typing in, with what was typed and what is wrong with it.
func paperPages(l *locale.Locale, f *survey.Form, typed map[string]string, wrong map[string]string) (pages []paperPage) {
	i, order, number := 0, 0, map[string]int{}
	for k := range f.Questionnaire().Pages {
		src := &f.Questionnaire().Pages[k]
		p := paperPage{Title: src.Title, Hint: src.Hint, Only: onlyIf(l, f, src.Relevant, number)}
		for _, b := range src.Blocks {
			block := paperBlock{Lead: b.Lead}
			for range b.Questions {
				q := f.Question(i)
				v := paperQuestion{Question: q, Options: paper.Options(f, i), Only: onlyIf(l, f, q.Relevant, number), Value: typed[q.Code], Wrong: wrong[q.Code],
					Several: q.Type == survey.Multiple, Long: q.Type == survey.FreeText}
				if v.Search = f.Searched(i); v.Search && v.Wrong != "" {
					v.Hits = hits(f, i, v.Value)
				}
				if q.Purpose != "" {
					v.Only = l.T("consent.paper.only", number[q.Purpose])
				}
				if f.Consenting(i) {
					v.Consent = q.Hint
				}
				if paper.Asks(f, i) {
					order++
					v.Order, number[q.Code] = order, order
				}
				if q.Type != survey.Calculate {
					block.Questions = append(block.Questions, v)
				}
				i++
			}
			p.Blocks = append(p.Blocks, block)
		}
		pages = append(pages, p)
	}
	return pages
}

// hits are some choices that what was typed may mean.
func hits(f *survey.Form, i int, typed string) (list []survey.Choice) {
	found, _ := f.Find(i, short(typed), foundMost, nil)
	for _, k := range found {
		list = append(list, f.Choices(i)[k])
	}
	return list
}

var simpleRule = regexp.MustCompile(`^\s*\$\{([^}]+)\}\s*=\s*'([^']*)'\s*$`)

// onlyIf says a skip rule in words; a rule of more than one comparison is told in general.
func onlyIf(l *locale.Locale, f *survey.Form, rule string, number map[string]int) string {
	if rule == "" {
		return ""
	}
	m := simpleRule.FindStringSubmatch(rule)
	if m == nil {
		return l.T("paper.only")
	}
	i, ok := f.Index(m[1])
	if !ok || number[m[1]] == 0 {
		return l.T("paper.only")
	}
	for _, c := range f.Choices(i) {
		if c.Code == m[2] {
			return l.T("paper.only_if", number[m[1]], l.In(c.Text))
		}
	}
	return l.T("paper.only")
}
