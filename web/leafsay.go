package web

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/web/problem"
)

// What an agency says to a leaf after its claim is submitted: fields of the form.
const (
	sayName    = "/y-kien"
	sayExplain = "giai-trinh"
	sayAnswer  = "tra-loi"
	sayEnclose = "kem" // button, in the address: the file is stored, and the form stays
	sayMore    = "tai-lieu-cu"
	pagePrefix = "trang."

	sayBytes  = 32 << 10 // of one field
	sayFields = 3*assess.MostEvidence + 30
)

// leafSaying is what is said, on its way into the store.
type leafSaying struct {
	kind     string
	question int // from 1; of an answer
	form     *sayForm
	doc      documentFields // of a document that is added now
	evidence []assess.Evidence
	stay     bool // something is enclosed, nothing said yet
}

// sayLeaf stores an explanation, an appeal or the answer to a question, with the documents that come with it. Its file is kept first:
// what is wrong with the rest does not lose it.
func (s *Server) sayLeaf(c echo.Context) error {
	done := s.patiently(c)
	defer done()
	fields, store, err := s.saying(c)
	if errors.Is(err, problem.ErrToken) && !scripted(c) {
		return s.staleSaying(c, fields)
	}
	if err != nil {
		return err
	}
	x, err := s.aClaim(c)
	if err != nil {
		return err
	}
	y := readSaying(c, fields)
	var enclosed *assess.Document
	if store != nil {
		if enclosed, err = store(y.doc); err != nil {
			return s.unsaid(c, y, errors.Join(err, y.pick(x, fields)))
		}
		if x, err = s.aClaim(c); err != nil { // with the file
			return err
		}
	}
	if err := errors.Join(y.pick(x, fields), y.enclose(enclosed)); err != nil {
		return s.unsaid(c, y, err)
	}
	if y.stay {
		return s.unsaid(c, y, nil)
	}
	act := assess.Act(assess.Explain{Leaf: x.item.Node.Code, Seen: y.form.Seen, Text: y.form.Text, Appeal: y.form.Appeal, Evidence: y.evidence})
	if y.kind == sayAnswer {
		act = assess.Answer{Leaf: x.item.Node.Code, Seen: y.form.Seen, Question: y.question, Text: y.form.Text, Evidence: y.evidence}
	}
	if err := s.act(c, x.aSheet, act); err != nil {
		return s.unsaid(c, y, err)
	}
	return s.sent(c, x.address()+"?xong="+y.kind)
}

// saying reads the form up to its file. store, if there is a file, takes it in.
func (s *Server) saying(c echo.Context) (fields url.Values, store func(documentFields) (*assess.Document, error), err error) {
	if kind, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); kind != "multipart/form-data" {
		if err := c.Request().ParseForm(); err != nil {
			return nil, nil, formError(err)
		}
		return c.Request().PostForm, nil, s.checkToken(c)
	}
	form, err := c.Request().MultipartReader()
	if err != nil {
		return nil, nil, errors.Join(problem.ErrMalformed, err)
	}
	fields, file, err := s.uploadForm(c, form, sayBytes, sayFields)
	if err != nil || file == nil {
		return fields, nil, err
	}
	return fields, func(f documentFields) (*assess.Document, error) {
		d := assess.Document{Agency: c.Param("agency"), Number: f.Number, Date: f.Date, Issuer: f.Issuer, File: assess.File{Name: file.FileName()}}
		d, err := s.store.AddDocument(c.Request().Context(), c.Param("season"), d, file, "", "")
		return &d, err
	}, nil
}

// staleSaying answers a form from a page that an older sign-in had: nothing is stored, and it comes back with a token that is good. A file is
// chosen again, as no page can fill that in.
func (s *Server) staleSaying(c echo.Context, fields url.Values) error {
	kind := problem.Of(problem.ErrToken)
	x, err := s.aClaim(c)
	if err != nil {
		return err
	}
	s.witnessFailure(c, problem.ErrToken, kind)
	y := readSaying(c, fields)
	_ = y.pick(x, fields) // what is gone meanwhile cannot be ticked
	file := fields.Get(fileNamed)
	if sent := sentForm(c); sent.file != "" {
		file = sent.file
		drain(c)
	}
	p := s.newClaimPage(c, x)
	if !s.typedInto(c, p, x, y) {
		return s.keptSaying(c, p, fields, http.StatusConflict, "problem."+problem.Of(assess.ErrStage).Code+".title")
	}
	p.Failed, p.File = "claim.stale", file
	return s.show(c, kind.Status, p)
}

// typedInto puts what was typed into its form; false where the form is not there any more.
func (s *Server) typedInto(c echo.Context, p *claimPage, x *aClaim, y *leafSaying) bool {
	form := p.sayFormOf(y)
	if form == nil {
		return false
	}
	form.Text, form.Appeal, form.Typed = y.form.Text, y.form.Appeal, y.doc
	form.enclose(s.language(c), x, y.evidence)
	return true
}

// keptSaying shows a leaf beside what was typed to it and cannot be stored any more: its stage has ended, or the question was answered.
func (s *Server) keptSaying(c echo.Context, p *claimPage, fields url.Values, status int, failed string) error {
	p.Failed, p.Form, p.Explain = failed, nil, nil
	p.Kept = sayLines(s.language(c), fields)
	return s.show(c, status, p)
}

func readSaying(c echo.Context, fields url.Values) *leafSaying {
	y := &leafSaying{kind: fields.Get("lam"), form: &sayForm{Text: trimmed(fields.Get("y-kien")), Appeal: fields.Get("loai") == "kien-nghi"}, doc: documentFieldsOf(fields)}
	y.stay = c.QueryParam("nut") == sayEnclose
	if y.kind != sayAnswer {
		y.kind = sayExplain
	}
	y.form.Seen, _ = strconv.ParseInt(fields.Get(fieldSeen), 10, 64)
	y.question, _ = strconv.Atoi(fields.Get("cau-hoi"))
	return y
}

// pick gathers the documents that are ticked, and one of those that the agency has submitted before.
func (y *leafSaying) pick(x *aClaim, fields url.Values) error {
	had := map[string]assess.Evidence{}
	if a := x.item.Leaf.Appeal; a != nil && y.kind == sayExplain {
		for _, e := range a.Evidence {
			had[e.Key()] = e
		}
	}
	for _, key := range slices.Concat(fields["tai-lieu"], fields[sayMore]) {
		if key == "" {
			continue
		}
		e, ok := had[key]
		if d := x.document(key); d != nil {
			e, ok = d.Evidence(fieldText(fields.Get(pagePrefix+key))), true
		}
		if !ok {
			return assess.ErrNoDocument
		}
		y.add(e)
	}
	return nil
}

// enclose adds the document that has just come, or one on paper.
func (y *leafSaying) enclose(d *assess.Document) error {
	if d == nil && y.doc == (documentFields{}) {
		return nil
	}
	if d == nil {
		paper := assess.Document{Number: y.doc.Number, Date: y.doc.Date, Issuer: y.doc.Issuer}
		if err := paper.Check(); err != nil {
			return err
		}
		e := paper.Evidence(y.doc.Page)
		e.File = nil
		y.add(e)
	} else {
		y.add(d.Evidence(y.doc.Page))
	}
	y.doc = documentFields{}
	return nil
}

// add puts a document in, unless its file is there already.
func (y *leafSaying) add(e assess.Evidence) {
	for i, had := range y.evidence {
		if e.File != nil && had.File != nil && had.File.Digest == e.File.Digest {
			y.evidence[i] = e
			return
		}
	}
	y.evidence = append(y.evidence, e)
}

// unsaid shows a leaf as it is now, with what was typed: something could not be stored, or without an error the file alone was.
func (s *Server) unsaid(c echo.Context, y *leafSaying, err error) error {
	status, field, words := http.StatusOK, "", ""
	if err != nil {
		if status, field, words = s.sayTrouble(c, err); status == 0 {
			return evidenceError(err)
		}
	}
	if scripted(c) && err != nil {
		return c.JSON(status, sentAnswer{Words: words, Field: field})
	}
	x, again := s.aClaim(c)
	if again != nil {
		return again
	}
	p := s.newClaimPage(c, x)
	if !s.typedInto(c, p, x, y) {
		failed := "claim.wrong"
		if err != nil {
			failed = "problem." + problem.Of(err).Code + ".title"
		}
		return s.keptSaying(c, p, sentForm(c).fields, max(status, http.StatusConflict), failed)
	}
	form := p.sayFormOf(y)
	if err != nil {
		form.Wrong, form.Field = words, form.ID+field
		p.Failed, p.Wrong = "claim.wrong", []wrongField{{Field: form.Field, ID: form.Field, Message: words}}
	} else {
		p.Saved = "claim.saved.kem"
	}
	return s.show(c, status, p)
}

// sayTrouble puts what was refused into words, with the status and the field; 0 where it is not for this page to say.
func (s *Server) sayTrouble(c echo.Context, err error) (status int, field, words string) {
	l := s.language(c)
	var refused phrase.Mistakes
	switch {
	case errors.Is(err, assess.ErrReason):
		return http.StatusUnprocessableEntity, "y-kien", l.T("claim.wrong.text")
	case errors.Is(err, assess.ErrConflict):
		return http.StatusConflict, "y-kien", l.T("claim.clash.text")
	case errors.As(err, &refused) && refused[0].Path != "":
		return http.StatusUnprocessableEntity, "y-kien", l.In(refused[0].Message)
	case errors.Is(err, assess.ErrLate), errors.Is(err, assess.ErrStage), errors.Is(err, assess.ErrState):
		kind := problem.Of(err)
		return kind.Status, "y-kien", l.T("problem." + kind.Code + ".title")
	}
	status, words, field = s.documentTrouble(c, err)
	if field == "danh-sach" {
		field = "tai-lieu"
	}
	return status, field, words
}
