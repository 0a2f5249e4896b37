package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/webhook"
)

// hooksPath is where administrators say which programs are told of events.
const hooksPath = "/quan-tri/webhook"

// Fields of the form.
const (
	hookURL   = "dia-chi"
	hookKinds = "su-kien"
)

// lastDeliveries are shown of each webhook.
const lastDeliveries = 5

// hookPage lists webhooks with their last deliveries and takes new ones.
type hookPage struct {
	CSRF   string
	Rows   []hookRow
	Kinds  []whatIfOption
	URL    string
	Wrong  map[string]string // key of a message by field
	Secret string            // of the webhook that was just made: it is shown once
	Done   string            // key of a message
}

type hookRow struct {
	webhook.Hook
	Last []hookDelivery
}

// hookDelivery is a delivery in words. State: key of a message.
type hookDelivery struct {
	webhook.Delivery
	State string
}

func (*hookPage) template() string { return "hooks" }
func (p *hookPage) frame(f *Frame) {
	f.NoIndex, f.Figures = true, true
	p.CSRF = f.CSRF
}

// hookTable is where webhooks are made and removed.
func (s *Server) hookTable() []route {
	return []route{
		{http.MethodGet, hooksPath, administrators, noBody, s.hooks},
		{http.MethodPost, hooksPath, proven(administrators), formMax, s.makeHook},
		{http.MethodPost, hooksPath + "/:hook/thu", administrators, formMax, s.hookStep(s.store.TestWebhook, "thu")},
		{http.MethodPost, hooksPath + "/:hook/xoa", administrators, formMax, s.hookStep(s.store.RemoveWebhook, "xoa")},
	}
}

func (s *Server) hooks(c echo.Context) error {
	p := &hookPage{}
	if done := c.QueryParam("xong"); done == "thu" || done == "xoa" {
		p.Done = "hook.done." + done
	}
	return s.showHooks(c, http.StatusOK, p, nil)
}

func (s *Server) showHooks(c echo.Context, status int, p *hookPage, chosen []string) error {
	ctx := c.Request().Context()
	list, err := s.store.Webhooks(ctx)
	if err != nil {
		return err
	}
	for _, h := range list {
		row := hookRow{Hook: h}
		last, err := s.store.Deliveries(ctx, h.ID, lastDeliveries)
		if err != nil {
			return err
		}
		for _, d := range last {
			row.Last = append(row.Last, hookDelivery{d, deliveryState(d)})
		}
		p.Rows = append(p.Rows, row)
	}
	for _, k := range webhook.Kinds {
		p.Kinds = append(p.Kinds, whatIfOption{Value: string(k), Current: slices.Contains(chosen, string(k))})
	}
	return s.show(c, status, p)
}

// deliveryState is the key of what has become of a delivery.
func deliveryState(d webhook.Delivery) string {
	switch {
	case d.Done:
		return "hook.state.taken"
	case d.Next.IsZero():
		return "hook.state.given_up"
	case d.Tries == 0:
		return "hook.state.waiting"
	}
	return "hook.state.again"
}

// makeHook stores a webhook and shows its secret, once.
func (s *Server) makeHook(c echo.Context) error {
	form, err := s.ownForm(c)
	if err != nil {
		return err
	}
	p := &hookPage{URL: strings.TrimSpace(form.Get(hookURL)), Wrong: map[string]string{}}
	h := webhook.Hook{URL: p.URL}
	for _, k := range form[hookKinds] {
		h.Kinds = append(h.Kinds, webhook.Kind(k))
	}
	if len(h.Kinds) == 0 {
		p.Wrong[hookKinds] = "hook.wrong.kinds"
	}
	if (webhook.Hook{URL: p.URL, Kinds: webhook.Kinds}).Check() != nil {
		p.Wrong[hookURL] = "hook.wrong.url"
	}
	if len(p.Wrong) == 0 {
		h, err = s.store.PutWebhook(c.Request().Context(), h)
		switch {
		case errors.Is(err, webhook.ErrFull):
			p.Wrong[hookURL] = "hook.wrong.full"
		case errors.Is(err, webhook.ErrBad):
			p.Wrong[hookKinds] = "hook.wrong.kinds"
		case err != nil:
			return err
		}
	}
	if len(p.Wrong) > 0 {
		return s.showHooks(c, http.StatusUnprocessableEntity, p, form[hookKinds])
	}
	p.URL, p.Secret = "", h.Secret
	return s.showHooks(c, http.StatusOK, p, nil)
}

// hookStep does something with a webhook and goes back to the list.
func (s *Server) hookStep(do func(context.Context, string) error, done string) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.checkToken(c); err != nil {
			return err
		}
		if err := do(c.Request().Context(), c.Param("hook")); err != nil {
			return err
		}
		return s.see(c, hooksPath+"?xong="+done)
	}
}
