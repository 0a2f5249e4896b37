package web

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"thuocdo/data/export"
	"thuocdo/survey"
	"thuocdo/web/api"
)

func mustDescription(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.Description)
	must(t, err)
	must(t, doc.Validate(t.Context()))
	return doc
}

// program reports whether an address is one for programs, and gives its path as OpenAPI writes it.
func program(path string) (string, bool) {
	if !strings.HasPrefix(path, apiPath) && path != "/healthz" && path != "/readyz" {
		return "", false
	}
	return regexp.MustCompile(`:(\w+)`).ReplaceAllString(path, "{$1}"), true
}

// TestTheDescriptionNamesEveryRouteAndNoOther compares it with the table of routes, who may call them included.
func TestTheDescriptionNamesEveryRouteAndNoOther(t *testing.T) {
	t.Parallel()
	doc, s := mustDescription(t), mustServer(t, mustStore(t, testNow))
	there := map[string]bool{}
	for _, r := range s.routes {
		path, ok := program(r.path)
		if !ok {
			continue
		}
		there[r.method+" "+path] = true
		item := doc.Paths.Value(path)
		if item == nil || item.GetOperation(r.method) == nil {
			t.Errorf("%s %s is not described", r.method, path)
			continue
		}
		op := item.GetOperation(r.method)
		if closed := op.Security != nil && len(*op.Security) > 0; closed != (r.who.allow != nil) {
			t.Errorf("%s %s: described as for accounts only: %v", r.method, path, closed)
		}
		if op.OperationID == "" || op.Summary == "" || len(op.Tags) == 0 {
			t.Errorf("%s %s: name, summary and tag are wanted", r.method, path)
		}
	}
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if !there[method+" "+path] {
				t.Errorf("%s %s is described and not there", method, path)
			}
		}
	}
}

// call is one request to an operation.
type call struct {
	path   map[string]string
	query  url.Values
	header http.Header
	body   []byte
	media  string
	by     *browser
	good   bool // it must be answered by 2xx
}

// oddities are values that no parameter expects.
var oddities = []string{"", " ", "0", "-1", "99999999999999999999", "NaN", "null", "..", "../../etc/passwd", "%00", "a%2fb", "'; DROP TABLE waves; --", "<script>alert(1)</script>",
	"Đống Đa", "e\u0301", "\u202etxt", strings.Repeat("x", 5000), "*/*", "W/\"x\"", "{}", "[]"}

// fitting are values that are there, by the name of the parameter.
var fitting = map[string]string{"wave": "mo", "framework": "sipas", "period": "2025", "receipt": "0000-0000-0000-0000-0", "limit": "2", "kind": "province", "lang": "en",
	"Idempotency-Key": "contract-0123456789", "season": "par", "agency": "01", "leaf": "1.1.2", "If-Match": `"0"`, "ky": "2025", "format": "csv", "If-None-Match": `"other"`}

// bodies are what could be sent where a form is expected.
func bodies() [][]byte {
	deep := strings.Repeat(`{"answers":`, 5000)
	return [][]byte{nil, []byte(" "), []byte("null"), []byte("[]"), []byte(`{}`), []byte(`"x"`), []byte(`{"agency":1,"mode":[],"answers":[]}`), []byte(`{"agency":"01"}`),
		[]byte(`{"agency":"01","answers":{}} x`), []byte(`{"agency":"01","agency":"04","answers":{"years":1}}`), []byte(`{"agency":"01","answers":{"years":{"a":{}}}}`),
		[]byte(`{"agency":"01","mode":"fax","answers":{"years":1,"been":"no"},"started_at":"yesterday","language":"xx","unit":"` + strings.Repeat("u", 99) + `"}`),
		[]byte(deep), []byte("\xff\xfe{"), []byte(`{"agency":"\ud800","answers":{"\u0000":1}}`), bytes.Repeat([]byte(" "), apiMax+1), []byte(`{"agency":"01","extra":1e999999,"answers":{"years":1e400}}`)}
}

// TestEveryOperationAnswersAsItIsDescribed sends good and bad requests to every operation: no answer may have a status or a body that
// the description does not know, and none may be 500.
func TestEveryOperationAnswersAsItIsDescribed(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("thousands of requests, one after another: not with the race detector")
	}
	doc, s := mustDescription(t), mustServerWith(t, Config{Formats: export.Formats, Data: dataFormats(t)}, mustSeason(t))
	post(t, s)
	analyst, officer, nobody := signedInAs(t, s, "phantich"), signedInAs(t, s, "hanoi"), newBrowser(t, s)
	answered := 0
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			people := []*browser{nobody}
			who := analyst
			if method == http.MethodPut {
				who = officer
			}
			if op.Security != nil && len(*op.Security) > 0 {
				people = append(people, who)
			}
			for _, by := range people {
				for _, c := range calls(op, by, by == who || len(people) == 1) {
					by.ip = fmt.Sprintf("198.51.%d.7:5000", answered%250) // nobody asks too fast
					answered++
					hold(t, doc, path, method, item, op, c)
				}
			}
		}
	}
	t.Logf("%d requests", answered)
	if answered < 300 {
		t.Errorf("only %d requests were tried", answered)
	}
}

// post stores one form, so that there is a receipt and a figure.
func post(t *testing.T, s *Server) {
	t.Helper()
	if status, _, out := programmed(t, s, "loai", key, fine); status != http.StatusCreated {
		t.Fatalf("%d %v", status, out)
	}
}

// calls makes requests of an operation: fitting ones, then each parameter and the body oddities in turn.
func calls(op *openapi3.Operation, by *browser, allowed bool) (list []call) {
	base := func() call {
		c := call{path: map[string]string{}, query: url.Values{}, header: http.Header{}, by: by}
		for _, p := range op.Parameters {
			if p.Value.In == openapi3.ParameterInPath {
				c.path[p.Value.Name] = fitting[p.Value.Name]
			} else if p.Value.In == openapi3.ParameterInHeader && p.Value.Required {
				c.header.Set(p.Value.Name, fitting[p.Value.Name])
			}
		}
		if op.RequestBody != nil {
			c.path["wave"], c.body, c.media = "loai", []byte(`{"agency":"01","answers":{"years":3,"been":"no"}}`), "application/json"
		}
		if op.OperationID == "putClaim" {
			c.body = []byte(`{"input":{"choice":"yes"}}`)
		}
		return c
	}
	first := base()
	first.good = allowed && op.OperationID != "receipt"
	if op.OperationID == "receipt" {
		second := base()
		second.path["receipt"], second.good = survey.ReceiptCode("loai", key), true
		list = append(list, second)
	}
	list = append(list, first)
	for _, p := range op.Parameters {
		values := append(slices.Clone(oddities), fitting[p.Value.Name])
		if testing.Short() { // every third of them
			values = slices.DeleteFunc(values, func(v string) bool { return len(v)%3 == 1 })
		}
		for _, choice := range p.Value.Schema.Value.Enum {
			values = append(values, choice.(string))
		}
		if p.Value.In == openapi3.ParameterInPath {
			values = append(values, "dong", "sap", "khong-co")
		}
		for _, v := range values {
			c := base()
			switch p.Value.In {
			case openapi3.ParameterInPath:
				c.path[p.Value.Name] = v
			case openapi3.ParameterInQuery:
				c.query.Set(p.Value.Name, v)
			default:
				c.header.Set(p.Value.Name, v)
			}
			list = append(list, c)
		}
	}
	if op.RequestBody == nil {
		return append(list, conditional(base)...)
	}
	for _, b := range bodies() {
		c := base()
		c.body = b
		list = append(list, c)
	}
	for _, media := range []string{"", "text/plain", "application/json; charset=latin1", "application/xml", ";;"} {
		c := base()
		c.media = media
		list = append(list, c)
	}
	return list
}

// conditional are requests for parts and under conditions: any client may send such, whatever is described.
func conditional(base func() call) (list []call) {
	for _, header := range [][2]string{{"Range", "bytes=0-3"}, {"Range", "bytes=-1"}, {"Range", "bytes=99999999-"}, {"Range", "bytes=3-1"}, {"Range", "bytes=0-0,2-2"}, {"Range", "lines=1"},
		{"Range", "\xff"}, {"If-Match", `"zz"`}, {"If-Match", "*"}, {"If-Match", "zz"}, {"If-None-Match", "*"}, {"If-None-Match", `W/"zz"`}, {"If-Range", `"zz"`},
		{"If-Modified-Since", "Mon, 02 Jan 2006 15:04:05 GMT"}, {"If-Unmodified-Since", "Mon, 02 Jan 2006 15:04:05 GMT"}, {"If-Unmodified-Since", "never"}} {
		c := base()
		c.header.Set(header[0], header[1])
		list = append(list, c)
		both := base()
		both.header.Set("Range", "bytes=99999999-")
		both.header.Set(header[0], header[1])
		list = append(list, both)
	}
	return list
}

// hold sends a request and holds its answer against the description.
func hold(t *testing.T, doc *openapi3.T, path, method string, item *openapi3.PathItem, op *openapi3.Operation, c call) {
	t.Helper()
	target := path
	for name, value := range c.path {
		target = strings.ReplaceAll(target, "{"+name+"}", url.PathEscape(value))
	}
	if slices.Contains([]string{"", ".", ".."}, c.path["wave"]) && strings.Contains(path, "{wave}") || strings.Contains(target, "//") {
		return // another address
	}
	r := httptest.NewRequest(method, target+"?"+c.query.Encode(), bytes.NewReader(c.body))
	r.Header = c.header.Clone()
	if c.media != "" {
		r.Header.Set("Content-Type", c.media)
	}
	if method != http.MethodGet {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	a := c.by.do(r)
	name := method + " " + path + " with " + shown(r) + ": " + strconv.Itoa(a.StatusCode)
	if c.good && a.StatusCode/100 != 2 {
		t.Errorf("%s: %s", name, a.body)
	}
	if op.Responses.Status(a.StatusCode) == nil {
		t.Errorf("%s is not described: %.200s", name, a.body)
		return
	}
	body := a.body
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op}},
		Status:                 a.StatusCode, Header: a.Header, Body: io.NopCloser(strings.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: a.Header.Get("Content-Encoding") != "" || a.Header.Get("Content-Disposition") != ""},
	}
	if err := openapi3filter.ValidateResponse(t.Context(), in); err != nil {
		t.Errorf("%s: %.600s", name, err)
	}
	if a.StatusCode >= 400 && a.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s: %q is no problem document", name, a.Header.Get("Content-Type"))
	}
}

func shown(r *http.Request) string {
	if text := r.URL.RequestURI(); len(text) > 120 {
		return text[:120] + "…"
	}
	return r.URL.RequestURI()
}

// TestExamplesOfTheDescriptionWork sends every example of a body as it stands.
func TestExamplesOfTheDescriptionWork(t *testing.T) {
	t.Parallel()
	doc, s := mustDescription(t), mustServer(t, mustSeason(t))
	officer, tried := signedInAs(t, s, "hanoi"), 0
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.RequestBody == nil {
				continue
			}
			tried++
			media := op.RequestBody.Value.Content["application/json"]
			must(t, media.Schema.Value.VisitJSON(media.Example, openapi3.EnableJSONSchema2020()))
			to := strings.NewReplacer("{wave}", "loai", "{season}", "par", "{agency}", "01", "{leaf}", "1.1.2").Replace(path)
			r := httptest.NewRequest(method, to, bytes.NewReader(mustJSON(t, media.Example)))
			r.Header.Set("Content-Type", "application/json")
			for _, p := range op.Parameters {
				if p.Value.In == openapi3.ParameterInHeader {
					r.Header.Set(p.Value.Name, p.Value.Example.(string))
				}
			}
			by, want := newBrowser(t, s), http.StatusCreated
			if method == http.MethodPut {
				by, want = officer, http.StatusOK
			}
			if a := by.do(r); a.StatusCode != want {
				t.Errorf("%s %s: %d %s", method, path, a.StatusCode, a.body)
			}
		}
	}
	if tried == 0 {
		t.Error("no example was tried")
	}
}
