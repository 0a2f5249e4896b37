package web

import (
	"context"
	"encoding/xml"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"thuocdo/data"
	"thuocdo/survey/dataset"
	"thuocdo/survey/quality"
)

// recording is a store that counts how often all responses are read for a tape.
type recording struct {
	*data.Store
	n atomic.Int32
}

func (r *recording) Record(ctx context.Context, wave string, f quality.Filter, o dataset.Options) (*dataset.Tape, error) {
	r.n.Add(1)
	return r.Store.Record(ctx, wave, f, o)
}

func TestWhatAWaveFeedsIsDescribedWithoutReadingAResponse(t *testing.T) {
	t.Parallel()
	st := &recording{Store: mustStore(t, testNow)}
	s := mustServer(t, st)
	post(t, s)
	b, feed := signedInAs(t, s, "phantich"), strings.Replace(odataWavesPath, ":wave", "loai", 1)
	var d struct {
		Types []struct {
			Name       string `xml:"Name,attr"`
			Properties []struct {
				Name string `xml:"Name,attr"`
			} `xml:"Property"`
		} `xml:"DataServices>Schema>EntityType"`
	}
	must(t, xml.Unmarshal([]byte(b.get(feed+"$metadata").body), &d))
	for _, p := range []string{"", "Nothing", "Responses?$filter=x%20eq%201"} {
		b.get(feed + p)
	}
	if n := st.n.Load(); n != 0 {
		t.Errorf("all responses were read %d times before any was asked for", n)
	}
	rows := mustFeed(t, b, feed+"Responses").Value
	if len(d.Types) != 2 || len(rows) != 1 || st.n.Load() != 1 {
		t.Fatalf("%d types, %d rows, read %d times", len(d.Types), len(rows), st.n.Load())
	}
	for _, p := range d.Types[0].Properties {
		if _, ok := rows[0][p.Name]; !ok {
			t.Errorf("%s is described and not fed", p.Name)
		}
	}
	if len(rows[0]) != len(d.Types[0].Properties) {
		t.Errorf("%d properties are fed, %d described", len(rows[0]), len(d.Types[0].Properties))
	}
	if a := b.get(feed + "Responses/$count"); a.StatusCode != http.StatusOK || a.body != "1" {
		t.Errorf("count: %d %q", a.StatusCode, a.body)
	}
}
