package web

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// fed is a page of a feed.
type fed struct {
	Context string           `json:"@odata.context"`
	Count   int              `json:"@odata.count"`
	Next    string           `json:"@odata.nextLink"`
	Value   []map[string]any `json:"value"`
}

func mustFeed(t *testing.T, b *browser, target string) (f fed) {
	t.Helper()
	a := b.get(target)
	if a.StatusCode != http.StatusOK || a.Header.Get("OData-Version") != "4.0" || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json;odata.metadata=minimal") {
		t.Fatalf("%s: %d %v %.200s", target, a.StatusCode, a.Header, a.body)
	}
	must(t, json.Unmarshal([]byte(a.body), &f))
	return f
}

// TestFeedsHaveTheFiguresOfTheRanking compares them with the ranking for programs, number by number.
func TestFeedsHaveTheFiguresOfTheRanking(t *testing.T) {
	t.Parallel()
	s, _ := mustFigures(t)
	b := newBrowser(t, s)
	var d rankingDocument
	must(t, json.Unmarshal([]byte(b.get("/api/v1/indexes/sipas/2025/ranking").body), &d))
	rows := mustFeed(t, b, odataPath+"Rankings?$count=true&$filter="+url.QueryEscape("index eq 'sipas' and period eq '2025'"))
	if rows.Count != len(d.Results) || len(rows.Value) != rows.Count || rows.Count == 0 {
		t.Fatalf("%d rows, count %d, want %d", len(rows.Value), rows.Count, len(d.Results))
	}
	totals, parts := map[string]map[string]any{}, map[string]map[string]any{}
	for _, r := range rows.Value {
		totals[r["agency"].(string)] = r
	}
	for at := odataPath + "Scores?$filter=period%20eq%20%272025%27"; at != ""; {
		page := mustFeed(t, b, at)
		for _, r := range page.Value {
			if r["index"] == "sipas" {
				parts[r["agency"].(string)+" "+r["indicator"].(string)] = r
			}
		}
		_, at, _ = strings.Cut(page.Next, "example.com")
	}
	if len(parts) != len(d.Results)*len(d.Nodes) {
		t.Fatalf("%d scores, want %d × %d", len(parts), len(d.Results), len(d.Nodes))
	}
	known := 0
	for _, r := range d.Results {
		total := totals[r.Agency]
		sameNumber(t, r.Agency, total["score"], r.Points)
		if rank, ok := total["rank"].(float64); ok != (r.Rank != nil) || ok && int(rank) != *r.Rank {
			t.Errorf("%s: rank %v, want %v", r.Agency, total["rank"], r.Rank)
		}
		for k, n := range r.Nodes {
			sameNumber(t, r.Agency+" "+d.Nodes[k].Code, parts[r.Agency+" "+d.Nodes[k].Code]["score"], n.Points)
			if n.Points != nil {
				known++
			}
		}
	}
	if known == 0 {
		t.Error("no score is known: nothing was compared")
	}
}

func sameNumber(t *testing.T, what string, got any, want *float64) {
	t.Helper()
	if x, ok := got.(float64); ok != (want != nil) || ok && x != *want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestFeedsAreDescribed checks that metadata are the same whatever was answered, and name what the sets hold.
func TestFeedsAreDescribed(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	var d struct {
		Types []struct {
			Name       string `xml:"Name,attr"`
			Properties []struct {
				Name string `xml:"Name,attr"`
				Type string `xml:"Type,attr"`
			} `xml:"Property"`
		} `xml:"DataServices>Schema>EntityType"`
	}
	must(t, xml.Unmarshal([]byte(b.get(odataPath+"$metadata").body), &d))
	document := mustFeed(t, b, odataPath)
	if len(document.Value) != len(d.Types) || document.Context != "http://example.com"+odataPath+"$metadata" {
		t.Errorf("%+v", document)
	}
	for _, kind := range d.Types {
		name := strings.TrimSuffix(kind.Name, "Row")
		for _, row := range mustFeed(t, b, odataPath+name+"?$top=3").Value {
			if len(row) != len(kind.Properties) {
				t.Errorf("%s: %d properties of %d", name, len(row), len(kind.Properties))
			}
			for _, p := range kind.Properties {
				_, number := row[p.Name].(float64)
				_, text := row[p.Name].(string)
				if row[p.Name] != nil && number == text || number != (p.Type == "Edm.Int64" || p.Type == "Edm.Double") && row[p.Name] != nil {
					t.Errorf("%s.%s: %v as %s", name, p.Name, row[p.Name], p.Type)
				}
			}
		}
	}
	first := b.get(odataPath + "Agencies")
	r := httptest.NewRequest(http.MethodGet, odataPath+"Agencies", nil)
	r.Header.Set("If-None-Match", first.Header.Get("ETag"))
	if a := b.do(r); a.StatusCode != http.StatusNotModified {
		t.Errorf("known already: %d", a.StatusCode)
	}
	if a := b.get(odataPath + "Agencies/$count"); a.body == "" || strings.Trim(a.body, "0123456789") != "" {
		t.Errorf("count: %q", a.body)
	}
	if a := b.get(odataPath + "Agencies(%2701%27)"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `$metadata#Agencies/$entity","code":"01"`) {
		t.Errorf("one agency: %d %s", a.StatusCode, a.body)
	}
}

func TestFeedsSayWhatTheyDoNotOffer(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, mustServer(t, mustStore(t, testNow)))
	for target, status := range map[string]int{"Nothing": 404, "Agencies('zz')": 404, "Agencies('zz": 400, "Agencies?$filter=code%20eq%201": 400, "Agencies?$apply=x": 501,
		"?$format=atom": 415, "Agencies?$format=xml": 415, "Agencies/$count?$top=x": 400} {
		a := b.get(odataPath + target)
		var e struct {
			Error struct{ Code, Message string }
		}
		must(t, json.Unmarshal([]byte(a.body), &e))
		if a.StatusCode != status || e.Error.Code == "" || e.Error.Message == "" {
			t.Errorf("%s: %d %s", target, a.StatusCode, a.body)
		}
	}
}

// TestResponsesAreFedToThoseWhoMayHaveThem checks who gets them, and that a token is taken as a password here and nowhere else.
func TestResponsesAreFedToThoseWhoMayHaveThem(t *testing.T) {
	t.Parallel()
	s := mustServer(t, mustStore(t, testNow))
	post(t, s)
	owner, feed := signedInAs(t, s, "phantich"), strings.Replace(odataWavesPath, ":wave", "loai", 1)
	made := owner.post(tokensPath, with(owner.get(tokensPath).form(), "ten", "Excel", "quyen", "responses:read", "ngay", "30"))
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("phantich:"+tokenText.FindString(made.body)))
	a := asProgram(newBrowser(t, s), feed+"Responses", basic)
	var got fed
	must(t, json.Unmarshal([]byte(a.body), &got))
	if len(got.Value) != 1 || got.Value[0]["agency"] != "01" || got.Value[0]["row"] != 1.0 || a.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%d %v %s", a.StatusCode, a.Header, a.body)
	}
	for name := range got.Value[0] {
		if strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			t.Errorf("%q is no identifier", name)
		}
	}
	if labels := mustFeed(t, owner, feed+"Labels?$filter="+url.QueryEscape("property eq 'mode'")); len(labels.Value) == 0 {
		t.Error("no labels of the modes")
	}
	for _, header := range []string{"", "Basic " + base64.StdEncoding.EncodeToString([]byte("phantich:mật khẩu của phantich")), "Basic ***"} {
		a := asProgram(newBrowser(t, s), feed, header)
		if a.StatusCode != http.StatusUnauthorized || !strings.Contains(strings.Join(a.Header.Values("WWW-Authenticate"), " "), `Basic realm="thuocdo"`) {
			t.Errorf("with %q: %d %v", header, a.StatusCode, a.Header)
		}
	}
	if a := asProgram(newBrowser(t, s), "/api/v1/waves/loai/responses", basic); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("a token as a password elsewhere: %d", a.StatusCode)
	}
}
