package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"thuocdo/scoring/remedy"
)

const planOfHanoi = "/quan-tri/ke-hoach/khoi/2026/01"

// postTo posts a form with the token that a page gave.
func postTo(b *browser, to string, form url.Values) answer {
	b.tb.Helper()
	form.Set("token", tokenOf(b.tb, b.get(remediesPath)))
	return b.post(to, form)
}

// putIntoPlan puts a task for leaf C of Hanoi into the plan, as its officer does from the page of losses, and returns the address of the task.
func putIntoPlan(t *testing.T, officer *browser) string {
	t.Helper()
	page := officer.get("/quan-tri/co-quan/01/diem-mat/khoi/2026")
	if !strings.Contains(page.body, `name="tieu-chi" value="C"`) {
		t.Fatal("no button beside item C")
	}
	a := postTo(officer, planOfHanoi, url.Values{"tieu-chi": {"C"}})
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", a.StatusCode)
	}
	to, _, _ := strings.Cut(a.Header.Get("Location"), "?")
	return to
}

func taskValues(version int) url.Values {
	return url.Values{"thay": {strconv.Itoa(version)}, "viec": {"Công bố kế hoạch <b>"}, "phu-trach": {"Sở Nội vụ"}, "han": {"2026-01-31"}, "diem": {"12,5"}, "trang-thai": {"doing"},
		"so-1": {"15/KH-UBND"}, "ngay-1": {"2026-01-05"}, "noi-1": {"UBND thành phố"}, "ghi-chu": {"nội bộ thôi"}}
}

func TestALossBecomesATaskWithOneClick(t *testing.T) {
	t.Parallel()
	s, st := mustBlocks(t)
	officer := signedInAs(t, s, "hanoi")
	task := putIntoPlan(t, officer)
	// What C asks for next brings 20 points (see mustBlocks).
	first := officer.get(task + "?xong=them")
	for _, want := range []string{`value="20"`, "Đã thêm vào kế hoạch", "Ba &lt;b&gt;: đạt mức “Có”"} {
		if !strings.Contains(first.body, want) {
			t.Errorf("%q is not on the page of the task", want)
		}
	}
	if again := putIntoPlan(t, officer); again != task {
		t.Errorf("a second click made %s beside %s", again, task)
	}
	if a := postTo(officer, task, taskValues(1)); a.StatusCode != http.StatusSeeOther || !strings.HasSuffix(a.Header.Get("Location"), "?xong=luu") {
		t.Fatalf("save: %d", a.StatusCode)
	}
	plan := officer.get(planOfHanoi)
	for _, want := range []string{"Công bố kế hoạch &lt;b&gt;", "Sở Nội vụ", "quá hạn", "12,50", "15/KH-UBND, 05/01/2026, UBND thành phố", "đang làm", "nội bộ thôi"} {
		if !strings.Contains(plan.body, want) {
			t.Errorf("%q is not in the plan", want)
		}
	}
	rows := readFile(t, officer.get(planOfHanoi+"/tai-ve.csv"))
	if len(rows) != 2 || rows[1][4] != "C" || rows[1][11] != "12.5" || rows[1][10] != "x" || rows[1][12] != "" {
		t.Errorf("file %q", rows)
	}
	if a := officer.get(planOfHanoi + "/tai-ve.xlsx"); a.StatusCode != 200 || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("workbook: %d", a.StatusCode)
	}
	if a := postTo(officer, planOfHanoi, url.Values{}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a task of no item: %d", a.StatusCode)
	}
	if a := postTo(officer, planOfHanoi, url.Values{"tieu-chi": {"khong-co"}}); a.StatusCode != http.StatusNotFound {
		t.Errorf("a task of an item that is not there: %d", a.StatusCode)
	}
	if list := officer.get(remediesPath + "?lang=en"); !strings.Contains(list.body, planOfHanoi) {
		t.Error("the plan is not listed")
	}
	tasks, err := st.Tasks(t.Context(), remedy.Of{Framework: "khoi", Period: "2026", Agency: "01"})
	if err != nil || len(tasks) != 2 {
		t.Errorf("%+v, %v", tasks, err)
	}
}

func TestTwoWhoChangeATaskSeeEachOther(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	one, two := signedInAs(t, s, "hanoi"), signedInAs(t, s, "hanoi")
	task := putIntoPlan(t, one)
	if a := postTo(one, task, taskValues(1)); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", a.StatusCode)
	}
	late := taskValues(1)
	late.Set("phu-trach", "Văn phòng")
	a := postTo(two, task, late)
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "người khác vừa sửa") || !strings.Contains(a.body, "<dd>Sở Nội vụ</dd>") || !strings.Contains(a.body, `value="Văn phòng"`) {
		t.Errorf("a late change: %d", a.StatusCode)
	}
	late.Set("thay", "2") // what the form holds now
	if a := postTo(two, task, late); a.StatusCode != http.StatusSeeOther {
		t.Errorf("meant: %d", a.StatusCode)
	}
	bad := taskValues(3)
	bad.Set("viec", "")
	bad.Set("diem", "nhiều")
	bad.Set("han", "mai")
	bad.Set("cong-khai", "1")
	a = postTo(two, task+"?lang=en", bad)
	for _, field := range []string{"#viec", "#diem", "#han", "#loi-ke"} {
		if !strings.Contains(a.body, `href="`+field+`"`) {
			t.Errorf("no mistake at %s", field)
		}
	}
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="nhiều"`) || !strings.Contains(a.body, `value="15/KH-UBND"`) {
		t.Errorf("mistakes: %d, or what was typed is gone", a.StatusCode)
	}
}

func TestWhoMayReadAndChangePlans(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	officer, analyst := signedInAs(t, s, "hanoi"), signedInAs(t, s, "phantich")
	task := putIntoPlan(t, officer)
	for i, c := range []struct {
		who  *browser
		do   func(b *browser) answer
		want int
	}{
		{analyst, func(b *browser) answer { return b.get(planOfHanoi) }, 200},
		{analyst, func(b *browser) answer { return b.get(planOfHanoi + "/tai-ve.csv") }, 200},
		{analyst, func(b *browser) answer { return b.get(task) }, 403},
		{analyst, func(b *browser) answer { return postTo(b, task, taskValues(1)) }, 403},
		{analyst, func(b *browser) answer { return postTo(b, planOfHanoi, url.Values{"tieu-chi": {"B"}}) }, 403},
		{officer, func(b *browser) answer { return b.get("/quan-tri/ke-hoach/khoi/2026/48") }, 403},
		{officer, func(b *browser) answer {
			return postTo(b, "/quan-tri/ke-hoach/khoi/2026/48", url.Values{"tieu-chi": {"C"}})
		}, 403},
		{officer, func(b *browser) answer { return b.get(planOfHanoi + "/viec/999") }, 404},
		{officer, func(b *browser) answer { return b.get("/quan-tri/ke-hoach/khoi/2025/01/viec/1") }, 404},
		{officer, func(b *browser) answer { return b.get("/quan-tri/ke-hoach/khong-co/2026/01") }, 404},
	} {
		if a := c.do(c.who); a.StatusCode != c.want {
			t.Errorf("step %d: %d, want %d", i, a.StatusCode, c.want)
		}
	}
	if strings.Contains(analyst.get("/quan-tri/co-quan/01/diem-mat/khoi/2026").body, `name="tieu-chi"`) {
		t.Error("an analyst is offered buttons that only officers may press")
	}
}

func TestTheNextPeriodShowsWhatCameTrueOnThePlan(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	officer := signedInAs(t, s, "hanoi")
	// In 2025 A lost 20, in 2026 it loses 10 (see mustBlocks): 10 points were won back.
	const plan = "/quan-tri/ke-hoach/khoi/2025/01"
	a := postTo(officer, plan, url.Values{"tieu-chi": {"A"}})
	task, _, _ := strings.Cut(a.Header.Get("Location"), "?")
	for _, c := range []struct{ expected, words string }{{"8", "đạt dự kiến"}, {"12", "chưa đạt dự kiến"}} {
		v := taskValues(1)
		if c.expected == "12" {
			v = taskValues(2)
		}
		v.Set("diem", c.expected)
		if a := postTo(officer, task, v); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d", a.StatusCode)
		}
		body := officer.get(plan).body
		if !strings.Contains(body, "10,00 ") || !strings.Contains(body, "<small>"+c.words+"</small>") {
			t.Errorf("%s points expected: not %q", c.expected, c.words)
		}
	}
	if body := officer.get(plan + "?lang=en").body; !strings.Contains(body, "Points won") {
		t.Error("not in English")
	}
	if rows := readFile(t, officer.get(plan+"/tai-ve.csv")); len(rows) != 2 || rows[1][12] != "10" {
		t.Errorf("file %q", rows)
	}
}

func TestEveryoneReadsWhatAnAgencyTellsAndNothingElse(t *testing.T) {
	t.Parallel()
	s, _ := mustBlocks(t)
	officer, anyone := signedInAs(t, s, "hanoi"), newBrowser(t, s)
	task := putIntoPlan(t, officer)
	if a := postTo(officer, task, taskValues(1)); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", a.StatusCode)
	}
	const page = "/co-quan/01/thay-doi"
	if a := anyone.get(page); a.StatusCode != 200 || strings.Contains(a.body, "Công bố kế hoạch") || !strings.Contains(a.body, "chưa công khai") {
		t.Errorf("before: %d", a.StatusCode)
	}
	v := taskValues(2)
	v.Set("cong-khai", "1")
	v.Set("loi-ke", "Từ nay kế hoạch được <i>công bố</i> trước ngày 31/1.")
	if a := postTo(officer, task, v); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d", a.StatusCode)
	}
	for _, lang := range []string{"", "?lang=en"} {
		body := anyone.get(page + lang).body
		for _, want := range []string{"Công bố kế hoạch &lt;b&gt;", "được &lt;i&gt;công bố&lt;/i&gt;"} {
			if !strings.Contains(body, want) {
				t.Errorf("%q is not told", want)
			}
		}
		for _, never := range []string{"nội bộ thôi", "Sở Nội vụ", "15/KH", "12,5", "hanoi"} {
			if strings.Contains(body, never) {
				t.Errorf("everyone reads %q", never)
			}
		}
	}
	if findLink(anyone.get("/co-quan/01"), "thay-doi") != page {
		t.Error("the page of the agency does not lead there")
	}
	if a := anyone.get("/co-quan/khong-co/thay-doi"); a.StatusCode != http.StatusNotFound {
		t.Errorf("of no agency: %d", a.StatusCode)
	}
}
