package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/data/scribe"
	"thuocdo/scoring/release"
)

// noting is a store that notes what is asked of it about releases, in order.
type noting struct {
	*data.Store
	asked []string
}

func (n *noting) note(what string, about ...string) {
	n.asked = append(n.asked, what+" "+strings.Join(about, " "))
}

func (n *noting) PublicReleases(ctx context.Context, framework, period string) ([]*release.Record, error) {
	n.note("public list", framework, period)
	return n.Store.PublicReleases(ctx, framework, period)
}

func (n *noting) PublicRelease(ctx context.Context, id string) (*release.Record, error) {
	n.note("public", id)
	return n.Store.PublicRelease(ctx, id)
}

func (n *noting) Releases(ctx context.Context) ([]*release.Record, error) {
	n.note("list")
	return n.Store.Releases(ctx)
}

func (n *noting) Release(ctx context.Context, id string) (*release.Record, error) {
	n.note("one", id)
	return n.Store.Release(ctx, id)
}

func (n *noting) ReleaseFile(ctx context.Context, id string) ([]byte, error) {
	n.note("file", id)
	return n.Store.ReleaseFile(ctx, id)
}

func (n *noting) LogView(ctx context.Context, id string, account int64, what string) error {
	n.note("view", id, what)
	return n.Store.LogView(ctx, id, account, what)
}

// TestAnUnpublishedReleaseCostsTheSameReadsAsNone compares what every public route reads for a release that is not out with what it reads
// for one that never was. Both are one query that holds the minute in its condition, and nothing is done with a row that it does not
// give, so neither takes longer by what is known of the release.
func TestAnUnpublishedReleaseCostsTheSameReadsAsNone(t *testing.T) {
	t.Parallel()
	_, st, r := mustReleases(t)
	n := &noting{Store: st}
	s := mustServerWith(t, Config{Formats: export.Formats, Documents: scribe.Formats, Card: scribe.Card}, n)
	b := newBrowser(t, s)
	reads := func(method, path, etag string) string {
		n.asked = nil
		req := httptest.NewRequest(method, path, nil)
		if etag != "" {
			req.Header.Set("If-None-Match", etag)
		}
		b.do(req)
		return fmt.Sprint(n.asked)
	}
	must(t, st.PutRelease(t.Context(), r, "", nil))
	asked := 0
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"draft", func() error { return nil }},
		{"room", func() error { return st.InviteToRelease(t.Context(), r.ID, []string{"congbo"}) }},
		{"embargo", func() error { return st.PublishRelease(t.Context(), r.ID, testNow.Add(time.Minute)) }},
		{"withdrawn before its minute", func() error { return st.WithdrawRelease(t.Context(), r.ID, map[string]string{"vi": "Sai"}) }},
	} {
		must(t, step.do())
		for _, route := range s.routes {
			if !strings.Contains(route.path, ":release") || route.who.session || route.method != http.MethodGet {
				continue
			}
			for _, etag := range []string{"", tagOf(r.File)} {
				path := strings.NewReplacer(":file", downloads+"csv").Replace(route.path)
				got, none := reads(http.MethodGet, strings.ReplaceAll(path, ":release", r.ID), etag), reads(http.MethodGet, strings.ReplaceAll(path, ":release", noRelease), etag)
				if asked++; strings.ReplaceAll(got, r.ID, noRelease) != none || strings.Contains(got, "file ") || strings.Contains(got, "one ") {
					t.Errorf("%s: %s reads %s, for none %s", step.name, path, got, none)
				}
			}
		}
	}
	if asked < 4*2*7 {
		t.Errorf("only %d requests", asked)
	}
}

// TestListsOfReleasesReadWhatIsPublicAlone: pages that name no release ask the public list and nothing else of releases.
func TestListsOfReleasesReadWhatIsPublicAlone(t *testing.T) {
	t.Parallel()
	_, st, r := mustReleases(t)
	n := &noting{Store: st}
	b := newBrowser(t, mustServerWith(t, Config{Formats: export.Formats, Card: scribe.Card}, n))
	must(t, st.PutRelease(t.Context(), r, "", nil))
	ask := func(held bool) {
		t.Helper()
		for _, p := range slices.Concat(figuresPages, []string{"/nhung/xep-hang/muoi/2025", "/xep-hang/muoi/2025" + cardName, "/so-sanh-co-quan/muoi/2025?co-quan=01", "/api/v1/releases", "/nhung/co-quan/01/muoi"}) {
			n.asked = nil
			if a := b.get(p); a.StatusCode != http.StatusOK && !(held && a.StatusCode == http.StatusNotFound) {
				t.Errorf("%s: %d", p, a.StatusCode)
			}
			for _, x := range n.asked {
				if !strings.HasPrefix(x, "public list") {
					t.Errorf("%s reads %q", p, x)
				}
			}
		}
	}
	ask(false)
	must(t, st.PublishRelease(t.Context(), r.ID, testNow.Add(time.Minute)))
	ask(true)
}
