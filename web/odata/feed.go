package odata

import (
	"bufio"
	"encoding/json"
	"io"
	"math"
	"net/url"
	"slices"
	"strconv"
)

// mostSorted bounds how many rows are put in another order than their own.
const mostSorted = 50_000

// Feed writes the page of a set that a query wants, at most so many rows, with a link to the next: what was asked
// with a $skiptoken. What was written before an error is not a page.
func (s *Service) Feed(w io.Writer, set *Set, q *Query, asked url.Values, page int) error {
	rows, all, err := q.collect(set, page)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	out.WriteString(`{"@odata.context":`)
	writeText(out, s.Root+"$metadata#"+set.Name+q.selection(set))
	if q.count {
		out.WriteString(`,"@odata.count":` + strconv.Itoa(all))
	}
	out.WriteString(`,"value":[`)
	names := q.names(set)
	for i, row := range rows.list {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := q.writeRow(out, names, row); err != nil {
			return err
		}
	}
	out.WriteByte(']')
	if rows.more {
		next := url.Values{}
		for k, v := range asked {
			next[k] = v
		}
		next.Set("$skiptoken", strconv.Itoa(q.from+len(rows.list)))
		out.WriteString(`,"@odata.nextLink":`)
		writeText(out, s.Root+set.Name+"?"+next.Encode())
	}
	out.WriteByte('}')
	return out.Flush()
}

// Count returns how many rows a query wants, whatever its $top and $skip.
func (s *Service) Count(set *Set, q *Query) (n int, err error) {
	for row, err := range set.Rows(q.fixed()) {
		if err != nil {
			return 0, err
		}
		if q.wants(row) {
			n++
		}
	}
	return n, nil
}

// One writes the single entity that a query finds, or returns an *Error with 404.
func (s *Service) One(w io.Writer, set *Set, q *Query) error {
	rows, _, err := q.collect(set, 1)
	if err != nil {
		return err
	}
	if len(rows.list) == 0 {
		return &Error{404, "there is no such entity"}
	}
	out := bufio.NewWriter(w)
	out.WriteString(`{"@odata.context":`)
	writeText(out, s.Root+"$metadata#"+set.Name+q.selection(set)+"/$entity")
	var b jsonBuffer
	if err := q.writeRow(&b, q.names(set), rows.list[0]); err != nil {
		return err
	}
	if len(b.bytes) > 2 {
		out.WriteByte(',')
	}
	out.Write(b.bytes[1:])
	return out.Flush()
}

type jsonBuffer struct{ bytes []byte }

func (b *jsonBuffer) Write(p []byte) (int, error) {
	b.bytes = append(b.bytes, p...)
	return len(p), nil
}

// found is a page of rows.
type found struct {
	list [][]any
	more bool
}

// collect reads the rows of the page; all is how many rows pass the filter, known where it is asked for.
func (q *Query) collect(set *Set, page int) (f found, all int, err error) {
	from, want := q.skip+q.from, page
	if q.top >= 0 {
		want = min(page, max(q.top-q.from, 0))
	}
	if len(q.sorts) > 0 {
		return q.sorted(set, from, want)
	}
	for row, err := range set.Rows(q.fixed()) {
		if err != nil {
			return found{}, 0, err
		}
		if !q.wants(row) {
			continue
		}
		switch {
		case all < from:
		case len(f.list) < want:
			f.list = append(f.list, slices.Clone(row))
		default:
			f.more = true
		}
		if all++; f.more && !q.count {
			break
		}
	}
	f.more = f.more && q.goesOn(len(f.list))
	return f, all, nil
}

// goesOn reports whether $top leaves something for another page.
func (q *Query) goesOn(n int) bool { return q.top < 0 || q.from+n < q.top }

// sorted is collect in another order than that of the set. Rows that are equal keep theirs.
func (q *Query) sorted(set *Set, from, want int) (f found, all int, err error) {
	var list [][]any
	for row, err := range set.Rows(q.fixed()) {
		if err != nil {
			return found{}, 0, err
		}
		if !q.wants(row) {
			continue
		}
		if len(list) == mostSorted {
			return found{}, 0, bad("$orderby: more than " + strconv.Itoa(mostSorted) + " rows; a $filter is needed")
		}
		list = append(list, slices.Clone(row))
	}
	slices.SortStableFunc(list, func(a, b []any) int {
		for _, s := range q.sorts {
			o := ascending(a[s.property], b[s.property])
			if s.descending {
				o = -o
			}
			if o != 0 {
				return o
			}
		}
		return 0
	})
	all = len(list)
	from = min(from, all)
	end := min(from+want, all)
	f = found{list: list[from:end], more: end < all}
	f.more = f.more && q.goesOn(end-from)
	return f, all, nil
}

// ascending puts null first, as OData 4.0 wants it.
func ascending(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	if o := order(a, b); o != 2 {
		return o
	}
	return 0
}

// names returns the beginnings of the members of a row, by property that is shown.
func (q *Query) names(set *Set) (list []member) {
	shown := q.shown
	if shown == nil {
		for i := range set.Properties {
			shown = append(shown, i)
		}
	}
	for _, i := range shown {
		name, _ := json.Marshal(set.Properties[i].Name) // a string
		list = append(list, member{i, append(name, ':')})
	}
	return list
}

type member struct {
	property int
	name     []byte
}

// selection is what the context says of $select.
func (q *Query) selection(set *Set) string {
	if q.shown == nil {
		return ""
	}
	out := "("
	for k, i := range q.shown {
		if k > 0 {
			out += ","
		}
		out += set.Properties[i].Name
	}
	return out + ")"
}

func (q *Query) writeRow(w io.Writer, names []member, row []any) error {
	line := append(make([]byte, 0, 256), '{')
	for k, m := range names {
		if k > 0 {
			line = append(line, ',')
		}
		line = append(line, m.name...)
		line = appendValue(line, row[m.property])
	}
	_, err := w.Write(append(line, '}'))
	return err
}

// appendValue writes a value. Numbers that JSON does not know are written as OData wants them.
func appendValue(b []byte, v any) []byte {
	switch x := v.(type) {
	case nil:
		return append(b, "null"...)
	case int64:
		return strconv.AppendInt(b, x, 10)
	case bool:
		return strconv.AppendBool(b, x)
	case float64:
		switch {
		case math.IsNaN(x):
			return append(b, `"NaN"`...)
		case math.IsInf(x, 0):
			return append(b, map[bool]string{true: `"INF"`, false: `"-INF"`}[x > 0]...)
		}
		text, _ := json.Marshal(x) // finite
		return append(b, text...)
	case string:
		text, _ := json.Marshal(x) // a string
		return append(b, text...)
	}
	return append(b, "null"...)
}

func writeText(w io.Writer, s string) {
	text, _ := json.Marshal(s) // a string
	_, _ = w.Write(text)       // the writer keeps its error
}
