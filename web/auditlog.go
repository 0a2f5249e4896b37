package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/survey/audit"
	"thuocdo/web/locale"
)

// Audits is the log of what accounts did.
type Audits interface {
	Audit(ctx context.Context, f audit.Filter) ([]audit.Entry, error) // newest first
	AuditHead(ctx context.Context) (audit.Head, error)
	VerifyAudit(ctx context.Context, kept ...audit.Head) (audit.Verdict, error)
}

const (
	auditPath = "/quan-tri/nhat-ky"
	auditRows = 50 // on a page
)

// Parameters of the page.
const (
	auditKind   = "loai"
	auditBy     = "nguoi"
	auditFrom   = "tu"
	auditTo     = "den"
	auditBefore = "truoc"
	auditVerify = "kiem"
	auditKept   = "ma-bam"
)

// auditPage shows the log, newest first.
type auditPage struct {
	Rows               []auditRow
	Kinds              []whatIfOption
	By, From, To, Kept string
	Wrong              string // id of the field that cannot be read
	Head               audit.Head
	Verdict            *audit.Verdict // after verifying
	Older, Newest      string         // addresses
}

// auditRow is one act in words.
type auditRow struct {
	N                       int64
	When, Who, Role         string
	Kind, Act               string // keys of messages
	Subject, Reason, Digest string
}

func (*auditPage) template() string { return "audit" }
func (*auditPage) frame(f *Frame)   { f.Wide, f.Figures, f.NoIndex = true, true, true }

// auditLog shows a page of the log, and verifies all of it where that is asked for.
func (s *Server) auditLog(c echo.Context) error {
	ctx, l := c.Request().Context(), s.language(c)
	p := &auditPage{By: c.QueryParam(auditBy), From: c.QueryParam(auditFrom), To: c.QueryParam(auditTo), Kept: c.QueryParam(auditKept)}
	f := p.filter(c.QueryParam(auditKind))
	f.Before, _ = strconv.ParseInt(c.QueryParam(auditBefore), 10, 64) // what is no number begins at the top
	var err error
	if p.Head, err = s.store.AuditHead(ctx); err != nil {
		return err
	}
	if c.QueryParam(auditVerify) != "" {
		if err := p.verify(ctx, s.store); err != nil {
			return err
		}
	}
	list, err := s.store.Audit(ctx, f)
	if err != nil {
		return err
	}
	p.show(l, f, list)
	if p.Wrong != "" {
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	return s.show(c, http.StatusOK, p)
}

// filter reads what the list is narrowed by.
func (p *auditPage) filter(kind string) audit.Filter {
	f := audit.Filter{By: p.By, Most: auditRows + 1}
	if k := audit.Kind(kind); k.Valid() {
		f.Kind = k
	}
	f.From = p.day(auditFrom, p.From, 0)
	f.To = p.day(auditTo, p.To, 1)
	return f
}

// day returns the beginning of so many days after a typed one.
func (p *auditPage) day(field, text string, after int) time.Time {
	if text == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation(time.DateOnly, text, survey.Vietnam)
	if err != nil {
		p.Wrong = field
		return time.Time{}
	}
	return at.AddDate(0, 0, after)
}

// verify computes the chain anew, and compares it with a head that somebody kept.
func (p *auditPage) verify(ctx context.Context, store Audits) error {
	var kept []audit.Head
	if p.Kept != "" {
		h, err := audit.ParseHead(p.Kept)
		if err != nil {
			p.Wrong = auditKept
			return nil
		}
		kept = append(kept, h)
	}
	v, err := store.VerifyAudit(ctx, kept...)
	p.Verdict = &v
	return err
}

// show puts rows into words; the last of one more than a page says that there are older ones.
func (p *auditPage) show(l *locale.Locale, f audit.Filter, list []audit.Entry) {
	q := url.Values{}
	for name, value := range map[string]string{auditKind: string(f.Kind), auditBy: p.By, auditFrom: p.From, auditTo: p.To} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Before > 0 {
		p.Newest = withQuery(auditPath, q)
	}
	if len(list) > auditRows {
		list = list[:auditRows]
		q.Set(auditBefore, strconv.FormatInt(list[auditRows-1].N, 10))
		p.Older = withQuery(auditPath, q)
	}
	p.Kinds = []whatIfOption{{Words: l.T("audit.any_kind"), Current: f.Kind == ""}}
	for _, k := range audit.Kinds {
		p.Kinds = append(p.Kinds, whatIfOption{Value: string(k), Words: l.T("audit.kind." + string(k)), Current: k == f.Kind})
	}
	for _, e := range list {
		p.Rows = append(p.Rows, auditRowOf(l, e))
	}
}

func auditRowOf(l *locale.Locale, e audit.Entry) auditRow {
	at := e.At.In(survey.Vietnam)
	r := auditRow{N: e.N, When: l.Moment(at), Who: e.Name, Kind: "audit.kind." + string(e.Kind), Act: "audit.act." + string(e.Act), Subject: e.Subject, Reason: e.Reason}
	if e.Kind.ByDay() {
		r.When = l.Date(at)
	}
	switch e.Role {
	case "":
		r.Who = l.T("audit.program")
	case audit.Command:
		r.Role = l.T("audit.command")
	default:
		r.Role = l.T("role." + e.Role)
	}
	if len(e.State) > 12 {
		r.Digest = e.State[:12]
	}
	return r
}
