package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// Bounds: names of one object, which no questionnaire comes near, and mistakes that one answer lists.
const (
	maxMembers = 4096
	maxFields  = 200
)

// reader walks JSON token by token and never recurses deeper than the shape it expects, whatever is sent.
type reader struct {
	*json.Decoder
	locale *locale.Locale
	fields []problem.Field
}

var errShape = errors.New("an object was expected")

// wrong notes a mistake; the arguments are those of its message.
func (d *reader) wrong(at, reason string, args ...any) {
	if len(d.fields) == maxFields {
		return
	}
	d.fields = append(d.fields, problem.Field{Pointer: at, Reason: reason, Detail: d.locale.T("fault.body."+reason, args...)})
}

// object reads one object and calls member for each of its names with the pointer to it. A name that comes twice is a
// mistake: which of two answers was meant, nobody can say.
func (d *reader) object(at string, member func(name, at string) error) error {
	if t, err := d.Token(); err != nil {
		return err
	} else if t != json.Delim('{') {
		return fmt.Errorf("%s: %w", at, errShape)
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := t.(string)
		here := at + "/" + escape(name)
		if seen[name] {
			d.wrong(here, "repeated")
		}
		if seen[name] = true; len(seen) > maxMembers {
			return fmt.Errorf("%s: more than %d members", at, maxMembers)
		}
		if err := member(name, here); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// text reads a string.
func (d *reader) text(at string, into *string) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	switch v := t.(type) {
	case string:
		*into = v
		return nil
	case nil:
		return nil
	case json.Delim:
		d.wrong(at, "not_a_string")
		return d.rest()
	}
	d.wrong(at, "not_a_string")
	return nil
}

// values reads an answer: a string, a number, true or false for yes and no, a list of strings, or null for none.
func (d *reader) values(at string) ([]string, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	if t != json.Delim('[') {
		return d.scalar(at, t)
	}
	var all []string
	for k := 0; d.More(); k++ {
		if t, err = d.Token(); err != nil {
			return nil, err
		}
		one, err := d.scalar(fmt.Sprintf("%s/%d", at, k), t)
		if err != nil {
			return nil, err
		}
		if all = append(all, one...); len(all) > maxMembers {
			return nil, fmt.Errorf("%s: more than %d values", at, maxMembers)
		}
	}
	_, err = d.Token()
	return all, err
}

func (d *reader) scalar(at string, t json.Token) ([]string, error) {
	switch v := t.(type) {
	case nil:
		return nil, nil
	case string:
		return []string{v}, nil
	case json.Number:
		return []string{v.String()}, nil
	case bool:
		if v {
			return []string{"yes"}, nil
		}
		return []string{"no"}, nil
	}
	d.wrong(at, "not_an_answer")
	return nil, d.rest()
}

// skip passes over one value.
func (d *reader) skip() error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t == json.Delim('{') || t == json.Delim('[') {
		return d.rest()
	}
	return nil
}

// rest passes over what is left of the object or list just opened, in a loop, however deep it goes.
func (d *reader) rest() error {
	for depth := 1; depth > 0; {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// escape writes a name as a token of a JSON Pointer in a URI fragment (RFC 6901, section 6).
func escape(name string) string {
	name = pointerEscapes.Replace(name)
	if len(name) > 100 {
		if r := []rune(name); len(r) > 100 {
			name = string(r[:100])
		}
	}
	return url.PathEscape(name)
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")
