package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"thuocdo/data/export"
	"thuocdo/data/labelled"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/dataset"
)

// dataFormats are two of those that the program offers: a plain table, and a labelled data set.
func dataFormats(tb testing.TB) []DataFormat {
	tb.Helper()
	lines, err := export.Find("jsonl")
	must(tb, err)
	sav, _ := labelled.Find("sav")
	return []DataFormat{
		{"jsonl", "jsonl", lines.Media, func(w io.Writer, t *dataset.Tape, name string, title phrase.Text, lang string) error {
			return lines.Write(w, labelled.OfTape(t, name, title, lang).Table())
		}},
		{"sav", "sav", sav.Media, func(w io.Writer, t *dataset.Tape, name string, title phrase.Text, lang string) error {
			return sav.Write(w, labelled.OfTape(t, name, title, lang))
		}},
	}
}

func TestAnalystsTakeTheResponses(t *testing.T) {
	t.Parallel()
	_, st := mustAnalyses(t)
	b := signedInAs(t, mustServerWith(t, Config{Formats: export.Formats, Data: dataFormats(t)}, st), "phantich")
	base := "/quan-tri/phan-tich/loai/so-lieu"
	if list := b.get("/quan-tri/phan-tich"); !strings.Contains(list.body, base) {
		t.Error("nothing leads to the responses")
	}
	for lang, title := range map[string]string{"vi": "Số liệu từng phiếu", "en": "Responses as data"} {
		a := b.get(base + "?lang=" + lang)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, title) || !strings.Contains(a.body, base+"/tai-ve.sav") {
			t.Errorf("%s: %d, %s", lang, a.StatusCode, a.body)
		}
	}
	a := b.get(base + "/tai-ve.jsonl")
	rows := 0
	for line := range strings.Lines(a.body) {
		var row map[string]any
		must(t, json.Unmarshal([]byte(line), &row))
		if row["agency"] != "01" {
			t.Errorf("a response about %v", row["agency"])
		}
		rows++
	}
	if rows != 8 || a.Header.Get("Content-Type") != "application/jsonl" || !strings.Contains(a.Header.Get("Content-Disposition"), `filename="loai-noi-bo.jsonl"`) || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("%d rows, %v", rows, a.Header)
	}
	tag := a.Header.Get("ETag")
	if api := b.get("/api/v1/waves/loai/responses"); api.body != a.body || tag == "" || api.Header.Get("ETag") != tag {
		t.Errorf("the interface answers %d with tag %s, the page's file has %s", api.StatusCode, api.Header.Get("ETag"), tag)
	}
	r := httptest.NewRequest(http.MethodGet, "/api/v1/waves/loai/responses?format=jsonl", nil)
	r.Header.Set("If-None-Match", tag)
	if a := b.do(r); a.StatusCode != http.StatusNotModified || a.body != "" {
		t.Errorf("a client that has the file gets %d", a.StatusCode)
	}
	if a := b.get(base + "/tai-ve.sav"); a.StatusCode != http.StatusOK || !bytes.HasPrefix([]byte(a.body), []byte("$FL2")) {
		t.Errorf("SPSS: %d", a.StatusCode)
	}
	for _, none := range []string{base + "/tai-ve.xls", "/api/v1/waves/loai/responses?format=xls", "/api/v1/waves/khong-co/responses", "/quan-tri/phan-tich/khong-co/so-lieu"} {
		if a := b.get(none); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", none, a.StatusCode)
		}
	}
}

func TestNobodyElseTakesTheResponses(t *testing.T) {
	t.Parallel()
	_, st := mustAnalyses(t)
	s := mustServerWith(t, Config{Formats: export.Formats, Data: dataFormats(t)}, st)
	for _, login := range []string{"kiemtoan", "thuthap"} {
		b := signedInAs(t, s, login)
		for _, target := range []string{"/quan-tri/phan-tich/loai/so-lieu", "/quan-tri/phan-tich/loai/so-lieu/tai-ve.sav", "/api/v1/waves/loai/responses"} {
			if a := b.get(target); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s for %s: %d", target, login, a.StatusCode)
			}
		}
		if a := b.get("/quan-tri/phan-tich"); strings.Contains(a.body, "so-lieu") {
			t.Errorf("%s is led to the responses", login)
		}
	}
}

func TestARankingComesAsACube(t *testing.T) {
	t.Parallel()
	_, st := mustFigures(t)
	s := mustServerWith(t, Config{Formats: export.Formats, Cubes: export.Cubes}, st)
	b := newBrowser(t, s)
	page := b.get("/xep-hang/sipas/2025")
	for _, name := range []string{"json-stat", "sdmx-csv"} {
		file := b.get("/xep-hang/sipas/2025/tai-ve." + name)
		api := b.get("/api/v1/indexes/sipas/2025/ranking?format=" + name)
		if file.StatusCode != http.StatusOK || file.body != api.body || file.Header.Get("ETag") == "" || !strings.Contains(page.body, "tai-ve."+name) {
			t.Errorf("%s: %d, %d, tag %s", name, file.StatusCode, api.StatusCode, file.Header.Get("ETag"))
		}
		r := httptest.NewRequest(http.MethodGet, "/xep-hang/sipas/2025/tai-ve."+name, nil)
		r.Header.Set("If-None-Match", file.Header.Get("ETag"))
		if a := b.do(r); a.StatusCode != http.StatusNotModified {
			t.Errorf("%s: a client that has the file gets %d", name, a.StatusCode)
		}
	}
	// Three people answered about 79: too few for the public.
	if csv := b.get("/xep-hang/sipas/2025/tai-ve.sdmx-csv").body; !strings.Contains(csv, ",79,_T,SCORE,2025,,Q,") || !strings.Contains(csv, ",01,_T,SCORE,2025,") {
		t.Errorf("the file says of 79: %s", csv[:min(len(csv), 2000)])
	}
	if a := b.get("/api/v1/indexes/sipas/2025/ranking?format=xls"); a.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown format: %d", a.StatusCode)
	}
}
