package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// A release that was withdrawn has no file that a program could follow, and says when and why: on its page, in lists and in feeds.
func TestAWithdrawnReleaseSaysWhenAndWhyAndOffersNoFile(t *testing.T) {
	t.Parallel()
	at := testNow
	s, st, x := mustReleasesAt(t, func() time.Time { return at })
	must(t, st.PutRelease(t.Context(), x, "", nil))
	must(t, st.PublishRelease(t.Context(), x.ID, time.Time{}))
	b := newBrowser(t, s)
	entry := func() (e releaseListEntry) {
		var list struct{ Items []releaseListEntry }
		must(t, json.Unmarshal([]byte(b.get("/api/v1/releases").body), &list))
		return list.Items[0]
	}
	if e := entry(); e.File == nil || e.Withdrawn != nil || e.Reason != nil || b.get(*e.File).StatusCode != http.StatusOK {
		t.Errorf("published: %+v", e)
	}
	out := testNow
	at = at.Add(3 * time.Hour)
	must(t, st.WithdrawRelease(t.Context(), x.ID, phrase.VI("Phát hiện phiếu giả", "Forged responses")))
	if e := entry(); e.File != nil || e.Withdrawn == nil || !e.Withdrawn.Equal(at) || e.Reason["en"] != "Forged responses" || e.State != "withdrawn" {
		t.Errorf("withdrawn: %+v", e)
	}
	l := s.book.In("vi")
	ended, published := l.Moment(at.In(survey.Vietnam)), l.Moment(out.In(survey.Vietnam))
	for _, target := range []string{"/cong-bo", "/cong-bo/" + x.ID} {
		said := strings.Join(strings.Fields(text(b.get(target).doc)), " ")
		if !strings.Contains(said, "Đã rút "+ended+" · công bố lúc "+published) {
			t.Errorf("%s does not say that it was withdrawn %s and published %s: %s", target, ended, published, said)
		}
	}
	if a := b.get(odataPath + "Releases"); !strings.Contains(a.body, `"reason":"Phát hiện phiếu giả"`) || !strings.Contains(a.body, `"withdrawn":"`) {
		t.Errorf("the feed for workbooks: %s", a.body)
	}
}

func TestFeedReadersFindTheFeedOfReleases(t *testing.T) {
	t.Parallel()
	s, _, _ := mustReleases(t)
	b := newBrowser(t, s)
	for target, href := range map[string]string{"/cong-bo": "/cong-bo.atom", "/xep-hang": "/cong-bo.atom", "/xep-hang/muoi/2025?lang=en": "/cong-bo.atom?lang=en"} {
		found := false
		for n := range b.get(target).doc.Descendants() {
			found = found || n.Data == "link" && attr(n, "rel") == "alternate" && attr(n, "type") == "application/atom+xml" && attr(n, "href") == href
		}
		if !found {
			t.Errorf("%s does not name the feed", target)
		}
	}
}
