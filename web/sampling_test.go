package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/sample"
)

// drawing reads CSV and writes the names drawn; the real one is tested where it is wired.
var drawing = Sampling{
	Read: func(_ context.Context, file []byte) (*sample.Frame, error) {
		rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
		if err != nil {
			return nil, err
		}
		f, err := sample.NewFrame(rows[0])
		for i, row := range rows[1:] {
			if err == nil {
				err = f.Add(i+2, row)
			}
		}
		return f, err
	},
	Draw: func(_ string, f *sample.Frame, d sample.Design) (*sample.Sample, []byte, []byte, error) {
		s, err := f.Draw(d)
		if err != nil {
			return nil, nil, nil, err
		}
		var b bytes.Buffer
		for _, u := range s.Units {
			fmt.Fprintln(&b, f.Cell(u.Row, "id"))
		}
		return s, b.Bytes(), []byte("{}"), nil
	},
	Design: func(context.Context, []byte, string) (*survey.Design, error) {
		d := &survey.Design{Units: []survey.SamplingUnit{{Code: "u", Agency: "01", Stratum: "a", Weight: 2, Drawn: 30}}}
		d.Fill()
		return d, nil
	},
}

const samplingMo = wavesPath + "/mo" + samplingName

func TestAListStaysWithWhoSentItAndIsForgotten(t *testing.T) {
	t.Parallel()
	st, now := mustStore(t, testNow), testNow
	for _, login := range []string{"mot", "hai"} {
		_, err := st.PutAccount(t.Context(), account.Account{Login: login, Name: login, Role: account.Designer, Password: mustHash(t, login)})
		must(t, err)
	}
	s := mustServerWith(t, Config{Sampling: drawing, Now: func() time.Time { return now }}, st)
	one, two := signedInAs(t, s, "mot"), signedInAs(t, s, "hai")
	first := one.get(samplingMo)
	checkPage(t, samplingMo, first)
	checkPage(t, samplingMo, one.get(samplingMo+"?lang=en"))
	first = one.get(samplingMo + "?lang=vi")
	list := "agency,region,id\n01,a,<b>1\n01,a,2\n01,b,3\n01,b,4\n"
	fields := first.form()
	fields.Set("lam", "chon")
	fields.Set("tang", "region")
	fields.Set("giai-doan", "id:srs:2")
	fields.Set("it-nhat", "1")
	fields.Set("hat", "7")
	fields.Set("phan-bo", "proportional")
	a := one.send(samplingMo, "../../<i>.csv", []byte(list), fields)
	checkPage(t, "a draw", a)
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "--seed 7 -o draw.csv") || !strings.Contains(a.body, "&#39;&lt;i&gt;.csv&#39;") {
		t.Fatalf("%d %s", a.StatusCode, around(a.body, "commands"))
	}
	held := a.form()
	held.Set("lam", "tai-khung")
	held.Set("phan-bo", "proportional")
	if got := one.send(samplingMo, "", nil, held); got.StatusCode != http.StatusOK || got.body != list || !strings.Contains(got.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("the list: %d %q", got.StatusCode, got.body)
	}
	foreign := url.Values{}
	for k, v := range held {
		foreign[k] = v
	}
	foreign.Set("token", tokenOf(t, two.get(samplingMo)))
	if got := two.send(samplingMo, "", nil, foreign); got.StatusCode != http.StatusUnprocessableEntity || strings.Contains(got.body, "&lt;b&gt;1") {
		t.Errorf("the list of somebody else: %d", got.StatusCode)
	}
	if got := one.send(wavesPath+"/dong"+samplingName, "", nil, held); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the list for another wave: %d", got.StatusCode)
	}
	now = now.Add(frameLife + time.Second)
	if got := one.send(samplingMo, "", nil, held); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, "không còn trong bộ nhớ") {
		t.Errorf("after half an hour: %d", got.StatusCode)
	}
}

func TestOnlyDesignersDrawAndOnlyWithTheirToken(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	staff(t, st)
	s := mustServerWith(t, Config{Sampling: drawing}, st)
	for _, role := range account.Roles {
		b := signedInAs(t, s, string(role))
		may := role == account.Administrator || role == account.Designer
		if got := b.get(samplingMo).StatusCode; (got == http.StatusOK) != may {
			t.Errorf("%s: %d", role, got)
		}
		if got := b.send(samplingMo, "l.csv", []byte("id\n1\n"), url.Values{"token": {"x"}, "lam": {"dung"}}).StatusCode; got != http.StatusForbidden {
			t.Errorf("%s without a token: %d", role, got)
		}
	}
	plain := signedInAs(t, mustServer(t, st), string(account.Designer))
	if got := plain.get(samplingMo).StatusCode; got != http.StatusNotFound {
		t.Errorf("where no samples are drawn: %d", got)
	}
}

func TestAFewListsAreKeptAtATime(t *testing.T) {
	t.Parallel()
	var k frameShelf
	for i := range mostFrames + 3 {
		k.put(&heldFrame{ID: fmt.Sprint(i), account: 1, wave: "w", until: testNow})
	}
	if k.get("2", 1, "w", testNow) != nil || k.get("3", 1, "w", testNow) == nil || len(k.list) != mostFrames {
		t.Errorf("%d lists are kept", len(k.list))
	}
}

func TestCommandsAreQuotedForAShell(t *testing.T) {
	t.Parallel()
	for want, words := range map[string][]string{
		`a --b=1`: {"a", "--b=1"}, `a 'b c'`: {"a", "b c"}, `'$(x)'`: {"$(x)"}, `'it'\''s'`: {"it's"}, `'' 'người'`: {"", "người"},
	} {
		if got := shell(words); got != want {
			t.Errorf("%q: %s, want %s", words, got, want)
		}
	}
}

// TestASampleIsNotReplacedUnseen has two tabs draw for one wave.
func TestASampleIsNotReplacedUnseen(t *testing.T) {
	t.Parallel()
	st := mustStore(t, testNow)
	_, err := st.PutAccount(t.Context(), account.Account{Login: "mot", Name: "Một", Role: account.Designer, Password: mustHash(t, "mot")})
	must(t, err)
	weight := 2.0
	other := drawing
	other.Design = func(context.Context, []byte, string) (*survey.Design, error) {
		d := &survey.Design{Units: []survey.SamplingUnit{{Code: "u", Agency: "01", Stratum: "a", Weight: weight, Drawn: 30}}}
		d.Fill()
		return d, nil
	}
	b := signedInAs(t, mustServerWith(t, Config{Sampling: other}, st), "mot")
	use := func(page answer) answer {
		f := page.form()
		for k, v := range map[string]string{"lam": "dung", "tang": "region", "giai-doan": "id:srs:2", "it-nhat": "1", "hat": "7", "phan-bo": "proportional", "cot-co-quan": "agency"} {
			f.Set(k, v)
		}
		return b.send(samplingMo, "a.csv", []byte("agency,region,id\n01,a,1\n01,a,2\n01,b,3\n01,b,4\n"), f)
	}
	one, two := b.get(samplingMo), b.get(samplingMo)
	for range 2 { // a double click
		if a := use(one); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("the first tab: %d %s", a.StatusCode, around(a.body, "error-summary"))
		}
	}
	weight = 3
	a := use(two)
	if now, _ := st.OpenWave("mo"); a.StatusCode != http.StatusUnprocessableEntity || now.Design.Units[0].Weight != 2 {
		t.Fatalf("the second tab: %d, weight %g", a.StatusCode, now.Design.Units[0].Weight)
	}
	checkPage(t, "a conflict", a)
	if a := use(a); a.StatusCode != http.StatusSeeOther {
		t.Errorf("used knowingly: %d", a.StatusCode)
	}
	if now, _ := st.OpenWave("mo"); now.Design.Units[0].Weight != 3 {
		t.Errorf("weight %g", now.Design.Units[0].Weight)
	}
}
