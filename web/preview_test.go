package web

import (
	"net"
	"os"
	"testing"
	"thuocdo/data/reference"
	"thuocdo/survey"
)

func TestPreview(t *testing.T) {
	addr := os.Getenv("PREVIEW")
	if addr == "" {
		t.Skip()
	}
	st := newFakeStore()
	st.agencies, _, _ = reference.Agencies()
	st.waves[0].Agencies = nil
	for _, a := range st.agencies {
		if a.ValidOn(survey.DayOf(testNow)) {
			st.waves[0].Agencies = append(st.waves[0].Agencies, a.Code)
		}
	}
	s := mustServer(t, st)
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(s.Serve(t.Context(), ln))
}
