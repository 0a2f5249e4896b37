package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// Bounds: names of the object or values of one answer, which no questionnaire comes near, and mistakes that one answer lists.
const (
	maxMembers = 4096
	maxFields  = 200
)

// reader walks JSON token by token and never recurses, whatever is sent. Names may come twice: it says which.
type reader struct {
	*jsontext.Decoder
	locale *locale.Locale
	fields []problem.Field
	values []string // of one answer
}

// decoders keep their room for bodies of usual size.
var decoders = sync.Pool{New: func() any { return jsontext.NewDecoder(strings.NewReader("")) }}

var errShape = errors.New("an object was expected")

// readBody reads one JSON object in UTF-8 and nothing after it. Each member is read by the function, which is told its name.
// The fields are what is wrong inside an object; a body that is none is problem.ErrMalformed.
func readBody(l *locale.Locale, body io.Reader, member func(d *reader, name string) error) (*reader, error) {
	d := &reader{Decoder: decoders.Get().(*jsontext.Decoder), locale: l}
	d.Reset(body, jsontext.AllowDuplicateNames(true))
	err := d.object(func(name string) error { return member(d, name) })
	if err == nil {
		if _, err = d.ReadToken(); err == nil {
			err = errors.New("something follows the object")
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	d.Reset(strings.NewReader(""))
	decoders.Put(d.Decoder)
	d.Decoder = nil
	var large *http.MaxBytesError
	if err != nil && !errors.As(err, &large) {
		err = fmt.Errorf("%w: %w", problem.ErrMalformed, err)
	}
	return d, err
}

// wrong notes a mistake; the arguments are those of its message.
func (d *reader) wrong(at, reason string, args ...any) {
	if len(d.fields) == maxFields {
		return
	}
	d.fields = append(d.fields, problem.Field{Pointer: at, Reason: reason, Detail: d.locale.T("fault.body."+reason, args...)})
}

// object reads one object and calls member for each of its names.
func (d *reader) object(member func(name string) error) error {
	t, err := d.ReadToken()
	if err != nil {
		return err
	}
	if t.Kind() != '{' {
		return errShape
	}
	for d.PeekKind() == '"' {
		if t, err = d.ReadToken(); err != nil {
			return err
		}
		if err := member(t.String()); err != nil {
			return err
		}
	}
	_, err = d.ReadToken() // the end, or what is wrong here
	return err
}

// text reads a string; null is none.
func (d *reader) text(name string, into *string) error {
	switch d.PeekKind() {
	case '"', 'n':
		t, err := d.ReadToken()
		if err == nil && t.Kind() == '"' {
			*into = t.String()
		}
		return err
	}
	d.wrong(at(name), "not_a_string")
	return d.SkipValue()
}

// answer reads the values of an answer: a string, a number, true or false for yes and no, a list of those, or null for none.
// They are good until the next one is read.
func (d *reader) answer(code string) ([]string, error) {
	d.values = d.values[:0]
	if d.PeekKind() != '[' {
		err := d.scalar(func() string { return at("answers", code) })
		return d.values, err
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, err
	}
	for k := 0; d.PeekKind() != ']'; k++ {
		if k == maxMembers {
			return nil, fmt.Errorf("more than %d values", maxMembers)
		}
		if err := d.scalar(func() string { return at("answers", code, strconv.Itoa(k)) }); err != nil {
			return nil, err
		}
	}
	_, err := d.ReadToken()
	return d.values, err
}

// scalar adds one value, where says where it is.
func (d *reader) scalar(where func() string) error {
	switch d.PeekKind() {
	case '{', '[':
		d.wrong(where(), "not_an_answer")
		return d.SkipValue()
	}
	t, err := d.ReadToken()
	if err != nil {
		return err
	}
	switch t.Kind() {
	case '"', '0':
		d.values = append(d.values, t.String())
	case 't':
		d.values = append(d.values, "yes")
	case 'f':
		d.values = append(d.values, "no")
	}
	return nil
}

// at is the pointer to a member of the body.
func at(names ...string) string {
	var b strings.Builder
	b.WriteByte('#')
	for _, name := range names {
		b.WriteByte('/')
		b.WriteString(escape(name))
	}
	return b.String()
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
