package web

import (
	"html/template"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/guard"
	"thuocdo/web/locale"
)

// wholePage is a form on one page: every question, and the button that sends.
type wholePage struct {
	formHead
	stepNotes
	Title     phrase.Text
	Intro     []string // paragraphs before the first question
	Sections  []formPart
	Wrong     []wrong
	Live      string // rules for the script of the page
	Challenge string // for the proof of work, as JSON; "" where none is asked for
}

// formPart is a page of the questionnaire, as a part of the one page.
type formPart struct {
	ID     string
	Title  template.HTML
	Hint   template.HTML
	Blocks []blockView
	Hidden bool // as all its questions are
}

func (wholePage) template() string { return "whole" }
func (wholePage) frame(f *Frame)   { f.MainForm, f.Enter, f.Plain = "phieu", enterNext, true }

// wholeForm is the page of a form on one page. Only where much comes in does it carry a challenge.
func (s *Server) wholeForm(c echo.Context, a asking, d draft, head formHead, n stepNotes) (wholePage, error) {
	p, err := newWholePage(s.language(c), a.form(), d, head, n)
	if err == nil && (n.Wait > 0 || s.asksProof(c, a)) {
		p.Challenge, err = s.challenge(c, a)
	}
	return p, err
}

// asksProof reports whether a form that was sent now would be asked for proof of work.
func (s *Server) asksProof(c echo.Context, a asking) bool {
	from := sender(c)
	if a.kiosk != nil || from == "" {
		return false
	}
	load := s.door.look(guard.Arrival{Wave: a.wave.Code, Agency: a.agency.Code, Network: from}, s.cfg.Now())
	return s.door.ledger.Rules().Demand(load).Proof
}

func newWholePage(l *locale.Locale, f *survey.Form, d draft, head formHead, n stepNotes) (p wholePage, err error) {
	ask := newAsker(l, f, d, 0, n.Faults)
	ask.sought = n.Sought
	p = wholePage{formHead: head, stepNotes: n, Title: f.Questionnaire().Title}
	p.Reviewing = true // failing to send, it offers to send again
	if p.Live, err = ask.rules(); err != nil {
		return p, err
	}
	if len(n.Faults) == 0 {
		p.Intro = introOf(l, f, head.TextsKept)
	}
	var all []blockView
	for k := range f.Questionnaire().Pages {
		q := &f.Questionnaire().Pages[k]
		v := formPart{ID: "phan-" + strconv.Itoa(k+1), Title: ask.said(q.Title), Hint: ask.said(q.Hint), Blocks: ask.blocks(k)}
		v.Hidden = !slices.ContainsFunc(v.Blocks, func(b blockView) bool { return !b.Hidden })
		if len(v.Blocks) > 0 {
			p.Sections = append(p.Sections, v)
		}
		all = append(all, v.Blocks...)
	}
	p.Wrong = summary(all)
	return p, nil
}
