package odata

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// people are rows with every type and with null.
func people() *Service {
	rows := [][]any{
		{"a", "Bắc Ninh", int64(3), 86.65, true, "2025-01-31", "2025-01-31T08:00:00+07:00"},
		{"b", "O'Neil", int64(1), nil, false, nil, nil},
		{"c", nil, nil, 70.5, nil, "2026-07-01", "2026-07-01T00:00:00+07:00"},
		{"d", "bắc giang", int64(2), 86.65, true, "2024-12-01", "2024-12-01T23:30:00Z"},
	}
	return &Service{Root: "http://x/odata/", Sets: []Set{{Name: "People", Title: "Người & cơ quan", Key: []string{"id"}, Properties: []Property{
		{Name: "id"}, {"name", String, `Tên "đủ" <b>`}, {Name: "rank", Type: Int64}, {Name: "score", Type: Double}, {Name: "open", Type: Boolean},
		{Name: "since", Type: Date}, {Name: "seen", Type: Moment}},
		Rows: func(f Fixed) iter.Seq2[[]any, error] {
			return func(yield func([]any, error) bool) {
				for _, r := range rows {
					if f.Admits("id", r[0].(string)) && !yield(r, nil) {
						return
					}
				}
			}
		}}}}
}

func parsed(t testing.TB, s *Service, query string) (*Query, url.Values, error) {
	t.Helper()
	v, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	q, err := Parse(v, &s.Sets[0])
	return q, v, err
}

type page struct {
	Context string           `json:"@odata.context"`
	Count   *int             `json:"@odata.count"`
	Next    string           `json:"@odata.nextLink"`
	Value   []map[string]any `json:"value"`
}

func feed(t testing.TB, s *Service, query string, size int) page {
	t.Helper()
	q, v, err := parsed(t, s, query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	var b bytes.Buffer
	if err := s.Feed(&b, &s.Sets[0], q, v, size); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	var p page
	if err := json.Unmarshal(b.Bytes(), &p); err != nil {
		t.Fatalf("%s: %v in %s", query, err, b.String())
	}
	return p
}

func ids(p page) (s string) {
	for _, r := range p.Value {
		s += fmt.Sprint(r["id"])
	}
	return s
}

// TestFilters checks words, functions and null, as OData 4.0 Part 2, 5.1.1 has them.
func TestFilters(t *testing.T) {
	t.Parallel()
	s := people()
	for filter, want := range map[string]string{
		"id eq 'a'": "a", "'a' eq id": "a", "id ne 'a'": "bcd", "id gt 'b'": "cd", "id le 'b'": "ab",
		"rank eq 1": "b", "rank ge 2": "ad", "rank lt 2.5": "bd", "rank ne 1": "acd", "rank eq null": "c", "rank ne null": "abd",
		"score eq 86.65": "ad", "score gt 8e1": "ad", "score eq INF": "", "score lt NaN": "", "score gt -INF": "acd",
		"open": "ad", "open eq true": "ad", "not open": "b", "not (open eq true)": "bc", "open eq null": "c",
		"since ge 2025-01-01": "ac", "year(since) eq 2025": "a", "month(since) eq 12 and day(since) eq 1": "d",
		"seen gt 2025-06-01T00:00:00Z": "c", "seen le 2024-12-02T06:30:00+07:00": "d",
		"contains(name,'Ninh')": "a", "startswith(tolower(name),'bắc')": "ad", "endswith(name,'il')": "b", "name eq 'O''Neil'": "b",
		"length(name) eq 8": "a", "toupper(id) eq 'C'": "c", "trim(' a') eq id": "a", "not contains(name,'Ninh')": "bd",
		"id in ('a','d')": "ad", "rank in (1, 2)": "bd", "rank in (null)": "c",
		"id eq 'a' or id eq 'b' and rank eq 9": "a", "(id eq 'a' or id eq 'b') and rank eq 1": "b",
		"id eq 'a' and id eq 'b'": "", "not (id eq 'a') and rank gt 0": "bd", "(((id eq 'a')))": "a", "true": "abcd", "1 eq 1.0": "abcd",
		"rank eq 1 or rank gt 0 and open": "abd", "null eq null": "abcd",
	} {
		if got := ids(feed(t, s, "$filter="+url.QueryEscape(filter), 10)); got != want {
			t.Errorf("%s: %q, want %q", filter, got, want)
		}
	}
}

// TestWhatIsAskedWronglyIsSaid checks that mistakes are mistakes of the request, and what is not offered is said to be so.
func TestWhatIsAskedWronglyIsSaid(t *testing.T) {
	t.Parallel()
	s := people()
	for query, status := range map[string]int{
		"$filter=nobody eq 1": 400, "$filter=id eq 1": 400, "$filter=id": 400, "$filter=id eq": 400, "$filter=id eq 'a": 400, "$filter=(id eq 'a'": 400,
		"$filter=id eq 'a')": 400, "$filter=not id": 400, "$filter=id and open": 400, "$filter=id in 'a'": 400, "$filter=id in ('a'": 400,
		"$filter=contains(id)": 400, "$filter=contains(id,1)": 400, "$filter=year(id) eq 1": 400, "$filter=rank add 1 eq 2": 501, "$filter=geo.distance(id,id) eq 1": 501,
		"$filter=id = 'a'": 400, "$filter==": 400, "$filter=id eq 'a' id": 400, "$filter=" + strings.Repeat("(", 5000): 400,
		"$filter=" + strings.Repeat("not ", 1000) + "open": 400, "$filter=" + strings.Repeat("tolower(", 900) + "id": 400, "$filter=" + strings.Repeat("a", 9000): 400,
		"$select=nobody": 400, "$orderby=nobody": 400, "$orderby=id down": 400, "$orderby=,": 400, "$top=-1": 400, "$top=x": 400, "$skip=1.5": 400,
		"$skiptoken=x": 400, "$count=maybe": 400, "$format=xml": 415, "$apply=aggregate(rank with sum as n)": 501, "$expand=x": 501, "$search=x": 501,
		"$top=1&$top=2": 400, "$TOP=1": 501,
	} {
		_, _, err := parsed(t, s, query)
		var refused *Error
		if !errors.As(err, &refused) || refused.Status != status || refused.Message == "" {
			t.Errorf("%.60s: %v, want %d", query, err, status)
		}
	}
}

// TestPagesJoinWithoutGapOrOverlap follows the links of feeds of every page size.
func TestPagesJoinWithoutGapOrOverlap(t *testing.T) {
	t.Parallel()
	s := people()
	for query, want := range map[string]string{
		"": "abcd", "$top=3": "abc", "$skip=1": "bcd", "$skip=1&$top=2": "bc", "$top=0": "", "$skip=9": "", "$orderby=score,id desc": "bcda",
		"$orderby=score desc,id": "adcb", "$orderby=rank desc&$top=3": "adb", "$filter=rank gt 1": "ad", "$orderby=open desc&$skip=1&$top=2": "db", "x=y": "abcd",
	} {
		for size := 1; size <= 5; size++ {
			got, ask := "", query+"&$count=true"
			for pages := 0; ; pages++ {
				p := feed(t, s, ask, size)
				if got += ids(p); p.Next == "" || pages > 9 {
					break
				}
				if len(p.Value) != size {
					t.Errorf("%q: a page of %d rows, want %d", query, len(p.Value), size)
				}
				ask = strings.TrimPrefix(p.Next, "http://x/odata/People?")
			}
			if got != want {
				t.Errorf("%q by %d: %q, want %q", query, size, got, want)
			}
		}
	}
	if p := feed(t, s, "$count=true&$top=1&$filter=open", 10); p.Count == nil || *p.Count != 2 {
		t.Errorf("count: %v, want 2 whatever $top", p.Count)
	}
}

func TestSelectKeepsToWhatIsWanted(t *testing.T) {
	t.Parallel()
	p := feed(t, people(), "$select=rank, id,rank&$top=1", 10)
	if len(p.Value[0]) != 2 || p.Value[0]["rank"] != 3.0 || p.Context != "http://x/odata/$metadata#People(rank,id)" {
		t.Errorf("%v in %s", p.Value[0], p.Context)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	s := people()
	s.Sets = append(s.Sets, Set{Name: "Pairs", Key: []string{"a", "b"}, Properties: []Property{{Name: "a"}, {Name: "b", Type: Int64}}})
	for text, want := range map[string]string{"People": "", "People('a')": "id eq 'a'", "People(id='a=b')": "id eq 'a=b'", "Pairs(b=1,a='x,y')": "b eq 1 and a eq 'x,y'"} {
		if _, got, err := Entity(text, s); got != want || err != nil {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"Nobody", "people", "", "People(", "People()", "People('a'", "People(name='a')", "Pairs('a')", "Pairs(a='x')", "Pairs(a='x',a='y')",
		"Pairs(a='x',b=1,a='z')", "People('a')/name", "People(id='a' or 1)", "Pairs(a='x'b=1)", "Pairs(a='x' b=1)", "Pairs(a='x',b=1,)"} {
		if _, got, err := Entity(text, s); err == nil {
			t.Errorf("%q is taken: %q", text, got)
		}
	}
}

// TestMetadataDescribesTheSets reads the CSDL back.
func TestMetadataDescribesTheSets(t *testing.T) {
	t.Parallel()
	body, err := people().Metadata()
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Version string `xml:"Version,attr"`
		Schema  struct {
			Type struct {
				Key []struct {
					Name string `xml:"Name,attr"`
				} `xml:"Key>PropertyRef"`
				Properties []struct {
					Name     string `xml:"Name,attr"`
					Type     string `xml:"Type,attr"`
					Nullable string `xml:"Nullable,attr"`
					Title    struct {
						String string `xml:"String,attr"`
					} `xml:"Annotation"`
				} `xml:"Property"`
			} `xml:"EntityType"`
		} `xml:"DataServices>Schema"`
	}
	if err := xml.Unmarshal(body, &d); err != nil {
		t.Fatal(err)
	}
	p := d.Schema.Type.Properties
	if d.Version != "4.0" || len(p) != 7 || p[0].Nullable != "false" || p[1].Nullable != "" || p[1].Title.String != `Tên "đủ" <b>` || p[6].Type != "Edm.DateTimeOffset" ||
		d.Schema.Type.Key[0].Name != "id" {
		t.Errorf("%s", body)
	}
}

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"q8_1": "q8_1", "q2:press": "q2_press", "1a": "_1a", "": "_", "đ é": "___", strings.Repeat("x", 200): strings.Repeat("x", 128)} {
		if got := Identifier(code); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}

// FuzzQuery checks that no query breaks the service, and that what it fixes leaves out no row that passes the filter.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"id eq 'a'", "not (id eq 'a' or rank gt 1)", "id in ('a')", "startswith(name,'x') and id eq 'b'", "since gt 2025-01-01", "((", "null", "'"} {
		f.Add(seed, "rank desc")
	}
	s := people()
	all := slices.Collect(func(yield func([]any) bool) {
		for row := range s.Sets[0].Rows(nil) {
			if !yield(row) {
				return
			}
		}
	})
	f.Fuzz(func(t *testing.T, filter, order string) {
		q, err := Parse(url.Values{"$filter": {filter}, "$orderby": {order}}, &s.Sets[0])
		if err != nil {
			return
		}
		want := 0
		for _, row := range all {
			if q.wants(row) {
				want++
			}
		}
		if got, err := s.Count(&s.Sets[0], q); got != want || err != nil {
			t.Errorf("%q: %d rows with what is fixed, %d without: %v", filter, got, want, err)
		}
		var b bytes.Buffer
		if err := s.Feed(&b, &s.Sets[0], q, nil, 2); err != nil || !json.Valid(b.Bytes()) {
			t.Errorf("%q: %v %s", filter, err, b.String())
		}
	})
}
