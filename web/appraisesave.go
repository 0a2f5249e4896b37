package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// What an appraiser does to an item, and its fields.
const (
	actField    = "viec"
	actAccept   = "chap-nhan"
	actAdjust   = "dieu-chinh"
	actAsk      = "hoi"
	reasonField = "ly-do"
	askField    = "cau-hoi"
	seenField   = "da-thay"
)

// appraise stores what an appraiser does to an item, and goes on with the next one.
func (s *Server) appraise(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	b, err := s.bench(c)
	if err != nil {
		return err
	}
	at, err := b.benchItem(c)
	if err != nil {
		return err
	}
	act, typed, err := b.act(c, b.own[at])
	if err != nil {
		return err
	}
	if len(typed.wrong) > 0 {
		return s.showAppraisal(c, http.StatusUnprocessableEntity, b, at, typed)
	}
	x := b.own[at]
	err = s.store.AssessAs(c.Request().Context(), b.who.ID, b.season.Code, assess.Turn{Agency: x.Agency, Acts: []assess.Act{act}})
	var status int
	if typed.wrong, status = appraiseFaults(b.w.l, c.FormValue(actField), err); len(typed.wrong) > 0 {
		if b, err = s.bench(c); err != nil { // show what somebody else did
			return err
		}
		if at, err = b.benchItem(c); err != nil {
			return err
		}
		return s.showAppraisal(c, status, b, at, typed)
	}
	if err != nil {
		return err
	}
	if _, after, _, _ := b.neighbours(at); after != nil {
		return s.see(c, b.itemAddress(*after))
	}
	return s.see(c, b.at(appraiseName))
}

// act reads what is to be done.
func (b *bench) act(c echo.Context, x assess.Item) (assess.Act, appraiseTyped, error) {
	form, err := c.FormParams()
	if err != nil {
		return nil, appraiseTyped{}, err
	}
	seen, err := strconv.ParseInt(form.Get(seenField), 10, 64)
	if err != nil {
		seen = -1 // shows nothing that was ever stored
	}
	typed := appraiseTyped{reason: form.Get(reasonField), ask: form.Get(askField)}
	code := x.Node.Code
	switch form.Get(actField) {
	case actAccept:
		return assess.Appraise{Leaf: code, Seen: seen}, typed, nil
	case actAsk:
		return assess.Ask{Leaf: code, Seen: seen, Text: typed.ask}, typed, nil
	case actAdjust:
		var in scoring.LeafInput
		typed.form, in = readLeafForm(b.w.l, b.plan, x.Node, "", form)
		for _, w := range typed.form.Wrong {
			typed.wrong = append(typed.wrong, faultLine{w.ID, w.Message})
		}
		return assess.Appraise{Leaf: code, Seen: seen, Input: &in, Reason: typed.reason}, typed, nil
	}
	return nil, typed, problem.ErrMalformed
}

// faultLine is one mistake in words, with the id of its field.
type faultLine struct{ ID, Words string }

// appraiseFaults says at which field something failed, and with which status; none where it is not the reader's to mend.
func appraiseFaults(l *locale.Locale, act string, err error) ([]faultLine, int) {
	field, reason := actAccept, "appraise.wrong.reason"
	switch act {
	case actAdjust:
		field = reasonField
	case actAsk:
		field, reason = askField, "appraise.wrong.ask"
	}
	var refused phrase.Mistakes
	switch {
	case errors.Is(err, assess.ErrConflict):
		return []faultLine{{"da-noi", l.T("appraise.wrong.conflict")}}, http.StatusConflict
	case errors.Is(err, assess.ErrReason):
		return []faultLine{{field, l.T(reason)}}, http.StatusUnprocessableEntity
	case errors.As(err, &refused):
		return faultLines(l, field, refused), http.StatusUnprocessableEntity
	}
	return nil, 0
}

func faultLines(l *locale.Locale, field string, refused phrase.Mistakes) (list []faultLine) {
	for _, m := range refused {
		list = append(list, faultLine{field, l.In(m.Message)})
	}
	return list
}
