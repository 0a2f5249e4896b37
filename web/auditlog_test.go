package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

func TestTheLogIsForAdministratorsAndAuditors(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	staff(t, st)
	s := mustServer(t, st)
	for _, role := range account.Roles {
		want := http.StatusForbidden
		if role == account.Administrator || role == account.Auditor {
			want = http.StatusOK
		}
		b := signedInAs(t, s, string(role))
		if a := b.get(auditPath); a.StatusCode != want {
			t.Errorf("%s: %d, want %d", role, a.StatusCode, want)
		}
		if led := strings.Contains(b.get("/quan-tri").body, auditPath); led != (want == http.StatusOK) {
			t.Errorf("%s: the desk leads there: %v", role, led)
		}
	}
}

// Whatever a signed-in person changes is logged under his login and role.
func TestTheLogSaysWhoDidWhat(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	staff(t, st)
	s := mustServer(t, st)
	designer := signedInAs(t, s, "designer")
	f := url.Values{"token": {designer.get("/quan-tri/dot-khao-sat/mo/thu-moi").form().Get("token")}, "tham-gia": {"both"}}
	if a := designer.post("/quan-tri/dot-khao-sat/mo/thu-moi/tham-gia", f); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.StatusCode)
	}
	list, err := st.Audit(t.Context(), audit.Filter{By: "designer"})
	must(t, err)
	if len(list) != 1 || list[0].Role != "designer" || list[0].Kind != audit.Wave || list[0].Subject != "mo" {
		t.Fatalf("%+v", list)
	}
	auditor := signedInAs(t, s, "auditor")
	for _, lang := range []string{"", "lang=en&"} {
		a := auditor.get(auditPath + "?" + lang + "loai=wave&nguoi=designer&tu=2026-06-01&den=2026-06-01")
		checkPage(t, lang, a)
		if n := strings.Count(a.body, "<tr><td"); n != 1 || !strings.Contains(a.body, "<code>mo</code>") || a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d rows, status %d", lang, n, a.StatusCode)
		}
	}
	if a := auditor.get(auditPath + "?loai=wave&den=2026-05-31"); strings.Contains(a.body, "<tr><td") {
		t.Error("acts of a later day are shown")
	}
	if a := auditor.get(auditPath + "?tu=hom-nay"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#tu"`) {
		t.Errorf("a day that is none: %d", a.StatusCode)
	}
}

// Every kind and act has words, and names that people made up do no harm.
func TestTheLogIsPagedAndSafe(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	staff(t, st)
	for i := range 60 {
		_, err := st.PutAccount(audit.With(t.Context(), audit.Actor{Name: "<b>" + strings.Repeat("x", i), Role: audit.Command}), account.Account{Login: "<i>" + strings.Repeat("y", i), Role: account.Analyst})
		must(t, err)
	}
	s := mustServer(t, st)
	b := signedInAs(t, s, "administrator")
	seen := 0
	for at := auditPath + "?loai=account"; at != ""; {
		a := b.get(at)
		checkPage(t, at, a)
		if strings.Contains(a.body, "<b>") || strings.Contains(a.body, "<i>") {
			t.Fatal("a login is taken for markup")
		}
		seen += strings.Count(a.body, "<tr><td")
		at = ""
		for n := range a.doc.Descendants() {
			if attr(n, "rel") == "next" {
				at = attr(n, "href")
			}
		}
	}
	if want := 60 + 3 + len(account.Roles); seen != want {
		t.Errorf("%d rows on all pages, want %d", seen, want)
	}
	for _, tag := range []string{"vi", "en"} {
		l := s.book.In(tag)
		for _, k := range audit.Kinds {
			if w := l.T("audit.kind." + string(k)); strings.Contains(w, "⟦") {
				t.Error(w)
			}
		}
		for _, act := range audit.Acts {
			if w := l.T("audit.act." + string(act)); strings.Contains(w, "⟦") {
				t.Error(w)
			}
		}
	}
}

func TestTheLogIsVerifiedOnThePage(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	staff(t, st)
	s := mustServer(t, st)
	b := signedInAs(t, s, "auditor")
	head, err := st.AuditHead(t.Context())
	must(t, err)
	ask := func(kept string) answer {
		return b.get(auditPath + "?lang=en&kiem=1&ma-bam=" + url.QueryEscape(kept))
	}
	if a := ask(head.String()); !strings.Contains(a.body, "notice-good") {
		t.Error("an intact log does not pass")
	}
	wrong := head
	wrong.Hash = strings.Repeat("0", 64)
	if a := ask(wrong.String()); !strings.Contains(a.body, "notice-bad") || !strings.Contains(a.body, "from row 1 on") {
		t.Error("a log with another head passes")
	}
	wrong.Size += 5
	if a := ask(wrong.String()); !strings.Contains(a.body, "notice-bad") {
		t.Error("a log that was cut passes")
	}
	if a := ask("abc"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no head at all: %d", a.StatusCode)
	}
}
