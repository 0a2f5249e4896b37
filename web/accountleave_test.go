package web

import (
	"net/http"
	"strings"
	"testing"

	"thuocdo/data"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/remedy"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

// mustWork is mustSeason with a remedial task of Hà Nội that its only officer owns.
func mustWork(t *testing.T) (*browser, *data.Store, int64) {
	t.Helper()
	st := mustSeason(t)
	a, err := st.AccountByLogin(t.Context(), "hanoi")
	must(t, err)
	id, err := st.PutTask(t.Context(), remedy.Task{Of: remedy.Of{Agency: "01", Framework: "par-index-province", Period: "2025"}, Title: "Soát lại hồ sơ <b>", Owner: a.Name, Status: remedy.Doing})
	must(t, err)
	return signedInAs(t, mustServer(t, st), "quantri"), st, id
}

func TestTheLastOfficerOfAnAgencyDoesNotLeaveUnseen(t *testing.T) {
	t.Parallel()
	b, st, task := mustWork(t)
	id := idOf(t, st, "hanoi")
	at := accountAddress(id)
	for lang, words := range map[string][]string{
		"":         {"Phiếu tự chấm chưa xong", "Đánh giá par", "Hà Nội", "Soát lại hồ sơ &lt;b&gt;", "Kế hoạch khắc phục còn việc"},
		"?lang=en": {"Sheet that is not finished", "the agency has no other officer", "Soát lại hồ sơ &lt;b&gt;"},
	} {
		a := b.get(at + lang)
		for _, w := range words {
			if !strings.Contains(a.body, w) || strings.Contains(a.body, "⟦") {
				t.Errorf("the page%s does not say %q", lang, w)
			}
		}
	}
	// Disabling and another agency ask first; a name does not.
	for name, f := range map[string][]string{"disabling": {"khoa", "1"}, "another agency": {"agency", "48"}} {
		a := b.post(at, with(b.get(at).form(), append(f, "role", "officer")...))
		if a.StatusCode != http.StatusUnprocessableEntity || a.find("con-viec") == nil || !strings.Contains(a.body, `href="#con-viec"`) {
			t.Errorf("%s does not ask: %d", name, a.StatusCode)
		}
	}
	if a := b.post(at+"?lang=en", with(b.get(at).form(), "khoa", "1", "role", "officer")); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("disabling does not ask: %d", a.StatusCode)
	}
	if a := b.post(at, with(b.get(at).form(), "name", "Tên Mới", "role", "officer")); a.StatusCode != http.StatusSeeOther {
		t.Errorf("another name: %d", a.StatusCode)
	}
	if a := b.post(at, with(b.get(at).form(), "name", "Hà Nội", "role", "officer")); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the old name: %d", a.StatusCode)
	}
	owner, err := st.AccountByID(t.Context(), id)
	must(t, err)
	must(t, putOwner(t, st, task, owner.Name))
	// The task that names her goes to somebody, and nobody is there yet.
	if a := b.post(at+"/xoa", with(b.get(at).form(), "login", "hanoi", "bo-ngo", "1")); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#successor"`) {
		t.Fatalf("without a successor: %d", a.StatusCode)
	}
	must(t, putOwner(t, st, task, "Phòng Nội vụ"))
	for _, lang := range []string{"", "?lang=en"} {
		if a := b.post(at+"/xoa"+lang, with(b.get(at).form(), "login", "hanoi")); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#bo-ngo"`) {
			t.Fatalf("not asked%s: %d", lang, a.StatusCode)
		}
	}
	if a := b.post(at+"/xoa", with(b.get(at).form(), "login", "hanoi", "bo-ngo", "1")); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("sure: %d %s", a.StatusCode, a.body)
	}
	for lang, w := range map[string]string{"": "Cơ quan chưa có tài khoản cán bộ đang dùng:", "?lang=en": "Agencies without an active account of an officer:"} {
		_, after, _ := strings.Cut(b.get(seasonAddress("par")+lang).body, w)
		line, _, ok := strings.Cut(after, "</li>")
		if folded := strings.ReplaceAll(survey.Fold(line), " ", ""); !ok || !strings.Contains(folded, "hanoi") || strings.Contains(folded, "danang") {
			t.Errorf("the season%s does not say that nobody speaks for Hà Nội", lang)
		}
	}
	// The work waits for whoever comes.
	must(t, addAccount(t, st, account.Account{Login: "hanoi2", Name: "Người Mới", Role: account.Officer, Agency: "01"}))
	n := signedInAs(t, b.s, "hanoi2")
	if a := n.get(sheetAddress("par", "01")); a.StatusCode != http.StatusOK {
		t.Errorf("the sheet: %d", a.StatusCode)
	}
	if a := n.get(taskAddress(remedy.Of{Agency: "01", Framework: "par-index-province", Period: "2025"}, task)); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Soát lại hồ sơ") {
		t.Errorf("the remedial task: %d", a.StatusCode)
	}
	report, err := st.Doctor(t.Context())
	must(t, err)
	if !report.OK() {
		t.Errorf("doctor: %+v", report)
	}
}

func TestTasksAreHandedOverWhileTheAccountStays(t *testing.T) {
	t.Parallel()
	b, st, task := mustWork(t)
	must(t, addAccount(t, st, account.Account{Login: "hanoi2", Name: "Người Mới", Role: account.Officer, Agency: "01"}))
	at := accountAddress(idOf(t, st, "hanoi"))
	if a := b.get(at); strings.Contains(a.body, "không còn cán bộ nào khác") || a.find("nguoi-nhan") == nil {
		t.Error("there is another officer, or nothing can be handed over")
	}
	for _, who := range []string{"", "danang", "hanoi"} {
		for _, lang := range []string{"", "?lang=en"} {
			if a := b.post(at+"/giao-viec"+lang, with(b.get(at).form(), "nguoi-nhan", who)); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#nguoi-nhan"`) {
				t.Errorf("%q%s: %d", who, lang, a.StatusCode)
			}
		}
	}
	done := b.post(at+"/giao-viec", with(b.get(at).form(), "nguoi-nhan", "hanoi2"))
	if done.Header.Get("Location") != at+"?xong=giao" || !strings.Contains(b.get(at+"?xong=giao").body, "Đã giao việc") {
		t.Fatalf("%d %s", done.StatusCode, done.body)
	}
	if x := taskOf(t, st, task); x.Owner != "Người Mới" || x.Version != 2 {
		t.Errorf("%+v", x)
	}
	report, err := st.Doctor(t.Context())
	must(t, err)
	if !report.OK() {
		t.Errorf("doctor: %+v", report)
	}
}

func TestTheLastAppraiserOfASeasonThatNamesNoneIsAskedFor(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	x := parSeason("par")
	x.Appraisers = nil
	must(t, st.PutSeason(t.Context(), x))
	b := signedInAs(t, mustServer(t, st), "quantri")
	at := accountAddress(idOf(t, st, "thamdinh"))
	if a := b.get(at); !strings.Contains(a.body, "không còn người thẩm định nào khác") {
		t.Error("the page does not say that nobody else appraises")
	}
	if a := b.post(at+"/xoa", with(b.get(at).form(), "login", "thamdinh")); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#bo-ngo"`) {
		t.Errorf("not asked: %d", a.StatusCode)
	}
	must(t, addAccount(t, st, account.Account{Login: "thamdinh2", Name: "B", Role: account.Appraiser}))
	if a := b.post(at+"/xoa", with(b.get(at).form(), "login", "thamdinh")); a.StatusCode != http.StatusSeeOther {
		t.Errorf("beside another one: %d", a.StatusCode)
	}
}

// Appraisers and members of the council that a season names go on under another login, with the queue that waits.
func TestTheQueueOfAnAppraiserGoesToTheSuccessor(t *testing.T) {
	t.Parallel()
	st := mustSeason(t)
	fillSheet(t, st, "par", "01")
	must(t, st.Assess(asWho(t, "hanoi"), "par", assess.Turn{Agency: "01", Acts: []assess.Act{assess.Submit{Head: "A"}}}))
	x := parSeason("par")
	x.Appraisers = []assess.Appraiser{{Login: "thamdinh", Nodes: []string{"1"}}}
	must(t, st.PutSeason(t.Context(), x))
	must(t, addAccount(t, st, account.Account{Login: "thamdinh2", Name: "B", Role: account.Appraiser}))
	s := mustServer(t, st)
	b := signedInAs(t, s, "quantri")
	at := accountAddress(idOf(t, st, "thamdinh"))
	leaf := seasonAddress("par") + appraiseName + "/1.1.1/01"
	if a := signedInAs(t, s, "thamdinh2").get(leaf); a.find("ly-do") != nil {
		t.Fatal("the successor appraises already")
	}
	if a := b.post(at+"/xoa", with(b.get(at).form(), "login", "thamdinh", "successor", "thamdinh2")); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	if a := signedInAs(t, s, "thamdinh2").get(leaf); a.StatusCode != http.StatusOK || a.find("ly-do") == nil {
		t.Errorf("the successor cannot go on: %d", a.StatusCode)
	}
}

func addAccount(t *testing.T, st *data.Store, a account.Account) error {
	t.Helper()
	a.Password = mustHash(t, a.Login)
	_, err := st.AddAccount(t.Context(), a)
	return err
}

func taskOf(t *testing.T, st *data.Store, id int64) remedy.Task {
	t.Helper()
	list, err := st.Tasks(t.Context(), remedy.Of{Agency: "01", Framework: "par-index-province", Period: "2025"})
	must(t, err)
	for _, x := range list {
		if x.ID == id {
			return x
		}
	}
	t.Fatalf("no task %d", id)
	return remedy.Task{}
}

func putOwner(t *testing.T, st *data.Store, id int64, owner string) error {
	t.Helper()
	x := taskOf(t, st, id)
	x.Owner = owner
	_, err := st.PutTask(t.Context(), x)
	return err
}
