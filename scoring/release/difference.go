package release

import (
	"context"
	"fmt"
	"reflect"
	"strings"
)

// Difference is the first place where a release does not hold what was sealed, or where its inputs do not give its outcome.
type Difference struct {
	Part   string // of the file
	Group  string
	Agency string
	Node   string // code; "" where it is not about one
	Field  string
	Sealed string
	Found  string // computed, or read

	Then   *Difference // what a changed input does to the outcome, where it can be told
	Unread error       // why a part cannot be read at all: then nothing can be told
}

// Error says where.
func (d *Difference) Error() string {
	where := []string{"part " + d.Part}
	for _, x := range [][2]string{{"group", d.Group}, {"agency", d.Agency}, {"node", d.Node}, {"", d.Field}} {
		if x[1] != "" {
			where = append(where, strings.TrimSpace(x[0]+" "+x[1]))
		}
	}
	text := fmt.Sprintf("%s: sealed %s, found %s", strings.Join(where, ", "), d.Sealed, d.Found)
	if d.Unread != nil {
		text += "\n" + d.Unread.Error()
	}
	if d.Then != nil {
		text += "\nso " + d.Then.Error()
	}
	return text
}

// effect computes what a part that differs from its digest does to the outcome, as far as it can be computed.
func (d *Difference) effect(ctx context.Context, r *Release) {
	if d.Part == outcomePart || d.Unread != nil {
		return
	}
	if s, _, err := r.Standing(ctx); err == nil {
		again := outcomeOf(Public(s))
		d.Then = compare(&again, &r.content.Outcome)
	}
}

// compare returns the first difference between an outcome that was computed and the sealed one, or nil. Numbers that differ by noise
// are taken from the sealed one.
func compare(found, sealed *outcome) *Difference {
	w := walk{nodes: found.Nodes, at: Difference{Part: outcomePart}}
	if d := w.scores(found, sealed); d != nil {
		return d
	}
	return w.compare("", reflect.ValueOf(found).Elem(), reflect.ValueOf(sealed).Elem())
}

// scores compares agency by agency before anything that follows from all of them: a changed input shows first where it is.
func (w *walk) scores(found, sealed *outcome) *Difference {
	by := make(map[string]*resultOf, len(found.Results))
	for i := range found.Results {
		by[found.Results[i].Agency] = &found.Results[i]
	}
	for i := range sealed.Results {
		s := &sealed.Results[i]
		w.at.Agency = s.Agency
		f := by[s.Agency]
		if f == nil {
			return w.say("", "none", "a result")
		}
		if d := w.compare("", reflect.ValueOf(&f.Nodes).Elem(), reflect.ValueOf(&s.Nodes).Elem()); d != nil {
			return d
		}
		if d := w.compare("total", reflect.ValueOf(&f.Total).Elem(), reflect.ValueOf(&s.Total).Elem()); d != nil {
			return d
		}
	}
	w.at.Agency = ""
	return nil
}

// walk goes through two outcomes side by side.
type walk struct {
	nodes []string
	at    Difference
}

func (w *walk) compare(path string, found, sealed reflect.Value) *Difference {
	switch found.Kind() {
	case reflect.Struct:
		return w.fields(path, found, sealed)
	case reflect.Slice:
		return w.elements(path, found, sealed)
	case reflect.Pointer:
		if found.IsNil() || sealed.IsNil() {
			if found.IsNil() != sealed.IsNil() {
				return w.differ(path, found, sealed)
			}
			return nil
		}
		return w.compare(path, found.Elem(), sealed.Elem())
	case reflect.Float64:
		if number(found.Float()).near(number(sealed.Float())) {
			found.SetFloat(sealed.Float())
			return nil
		}
	}
	if !reflect.DeepEqual(found.Interface(), sealed.Interface()) {
		return w.differ(path, found, sealed)
	}
	return nil
}

func (w *walk) fields(path string, found, sealed reflect.Value) *Difference {
	for i := range found.NumField() {
		name, _, _ := strings.Cut(found.Type().Field(i).Tag.Get("json"), ",")
		if d := w.compare(strings.TrimPrefix(path+"."+name, "."), found.Field(i), sealed.Field(i)); d != nil {
			return d
		}
	}
	return nil
}

// elements compares lists; those of results and nodes say whose they are.
func (w *walk) elements(path string, found, sealed reflect.Value) *Difference {
	for i := range min(found.Len(), sealed.Len()) {
		f := found.Index(i)
		inner := fmt.Sprintf("%s[%d]", path, i)
		switch x := f.Interface().(type) {
		case resultOf:
			w.at.Agency, inner = x.Agency, ""
		case groupOf:
			w.at.Group, inner = x.Group, ""
		case scoreOf, groupNode:
			if i < len(w.nodes) {
				w.at.Node, inner = w.nodes[i], ""
			}
		}
		if d := w.compare(inner, f, sealed.Index(i)); d != nil {
			return d
		}
		if _, ok := f.Interface().(resultOf); ok {
			w.at.Agency = ""
		}
		if _, ok := f.Interface().(groupOf); ok {
			w.at.Group = ""
		}
		w.at.Node = ""
	}
	if found.Len() != sealed.Len() {
		return w.say(path+" number", fmt.Sprint(found.Len()), fmt.Sprint(sealed.Len()))
	}
	return nil
}

func (w *walk) differ(path string, found, sealed reflect.Value) *Difference {
	return w.say(path, show(found), show(sealed))
}

func (w *walk) say(path, found, sealed string) *Difference {
	d := w.at
	d.Field, d.Found, d.Sealed = path, found, sealed
	return &d
}

// show writes a value; a score or an interval that is not there is "none".
func show(v reflect.Value) string {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "none"
		}
		v = v.Elem()
	}
	if v.Kind() == reflect.Struct {
		return "some"
	}
	return fmt.Sprint(v.Interface())
}
