package web

import (
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"thuocdo/survey/webhook"
)

// receiver takes what webhooks are sent and answers with a status.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []*http.Request
	bodies [][]byte
}

func newReceiver(t *testing.T) *receiver {
	x := &receiver{status: http.StatusNoContent}
	x.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		x.mu.Lock()
		defer x.mu.Unlock()
		x.got, x.bodies = append(x.got, r), append(x.bodies, body)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(x.status)
	}))
	t.Cleanup(x.Close)
	return x
}

var hookSecret = regexp.MustCompile(`whsec_[A-Za-z0-9+/=]+`)

// TestAReceiverCanCheckWhatItIsTold makes a webhook on its page, asks for a test message, and checks it as a receiver does.
func TestAReceiverCanCheckWhatItIsTold(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	now := time.Now() // receivers compare the time of a message with their own
	st := mustStoreAt(t, func() time.Time { return now })
	more(t, st)
	s := mustServerWith(t, Config{Log: logTo(&log), Now: func() time.Time { return now }}, st)
	to, admin := newReceiver(t), signedInAs(t, s, "quantri")
	for _, bad := range [][2]string{{"javascript:alert(1)", "wave.closed"}, {"http://a.example", "wave.closed"}, {"https://a.example", ""}, {"https://a.example", "test"}} {
		if a := admin.post(hooksPath, with(admin.get(hooksPath).form(), hookURL, bad[0], hookKinds, bad[1])); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", bad, a.StatusCode)
		}
	}
	made := admin.post(hooksPath, with(admin.get(hooksPath).form(), hookURL, "https://a.example", hookKinds, "wave.closed"))
	list, err := st.Webhooks(t.Context())
	must(t, err)
	if secret := hookSecret.FindString(html.UnescapeString(made.body)); made.StatusCode != http.StatusOK || len(list) != 1 || secret != list[0].Secret {
		t.Fatalf("%d: the secret is not on the page", made.StatusCode)
	}
	must(t, st.RemoveWebhook(t.Context(), list[0].ID))
	h, err := st.PutWebhook(t.Context(), webhook.Hook{URL: to.URL + "/ở-đây?khóa=1", Kinds: webhook.Kinds, Private: true})
	must(t, err)
	secret := h.Secret
	for _, lang := range []string{"", "?lang=en"} {
		if a := admin.get(hooksPath + lang); hookSecret.MatchString(a.body) {
			t.Error("the list shows the secret")
		}
	}
	step := func(what string) {
		t.Helper()
		if a := admin.post(hooksPath+"/"+h.ID+"/"+what, admin.get(hooksPath).form()); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d", what, a.StatusCode)
		}
	}
	step("thu")
	to.status = http.StatusFound // a receiver that leads elsewhere is one that does not answer
	must(t, s.tellHooksOnce(t.Context()))
	to.status = http.StatusNoContent
	must(t, s.tellHooksOnce(t.Context())) // too early
	now = now.Add(5 * time.Second)
	must(t, s.tellHooksOnce(t.Context()))
	must(t, s.tellHooksOnce(t.Context())) // taken
	if len(to.got) != 2 || to.got[0].Header.Get("webhook-id") != to.got[1].Header.Get("webhook-id") {
		t.Fatalf("%d messages", len(to.got))
	}
	check, err := standard.NewWebhook(secret)
	must(t, err)
	if err := check.Verify(to.bodies[1], to.got[1].Header); err != nil || !strings.Contains(string(to.bodies[1]), `"type":"test"`) {
		t.Errorf("%v: %s", err, to.bodies[1])
	}
	if check.Verify(append(to.bodies[1], ' '), to.got[1].Header) == nil {
		t.Error("a changed body passes")
	}
	for _, lang := range []string{"", "?lang=en"} {
		if a := admin.get(hooksPath + lang); !strings.Contains(a.body, "HTTP 204") {
			t.Errorf("the page does not say that it was taken: %d", a.StatusCode)
		}
	}
	if strings.Contains(log.String(), secret) || strings.Contains(log.String(), "khóa") {
		t.Error("the log holds a secret")
	}
	step("xoa")
	if list, err := st.Webhooks(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%d left, %v", len(list), err)
	}
}

// TestWebhooksReachNoPrivateNetwork keeps messages from this machine unless the operator lets them.
func TestWebhooksReachNoPrivateNetwork(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	s, to := mustServer(t, st), newReceiver(t)
	h, err := st.PutWebhook(t.Context(), webhook.Hook{URL: strings.Replace(to.URL, "http:", "https:", 1), Kinds: webhook.Kinds})
	must(t, err)
	must(t, st.TestWebhook(t.Context(), h.ID))
	must(t, s.tellHooksOnce(t.Context()))
	sent, err := st.Deliveries(t.Context(), h.ID, 9)
	if must(t, err); len(to.got) != 0 || len(sent) != 1 || sent[0].Tries != 1 || sent[0].Code != 0 {
		t.Errorf("%d reached, %+v", len(to.got), sent)
	}
}
