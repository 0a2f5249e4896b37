package phrase

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// Limits of a definition file. A real framework of 300 leaves is 150 KB and eight levels deep.
const (
	maxFile  = 8 << 20
	maxDepth = 64
)

// value is one JSON value with the order and the repetitions of its members kept.
type value struct {
	kind    byte // { [ s n b 0
	text    string
	truth   bool
	members []member
	items   []value
}

type member struct {
	name  string
	value value
}

// kinds name a JSON value in messages.
var kinds = map[byte]Text{
	'{': VI("một đối tượng {…}", "an object {…}"), '[': VI("một danh sách […]", "a list […]"), 's': VI("chuỗi ký tự", "a string"),
	'n': VI("số", "a number"), 'b': VI("true hoặc false", "true or false"), '0': VI("null", "null"),
}

// read parses one JSON document. What is not JSON at all is one mistake, with its line and column.
func read(data []byte) (value, Mistakes) {
	var m Mistakes
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > maxFile:
		m.Add("$", "tệp quá lớn: tối đa %d MB", "the file is too large: at most %d MB", maxFile>>20)
		return value{}, m
	case !utf8.Valid(data):
		m.Add("$", "tệp không phải mã UTF-8", "the file is not UTF-8 text")
		return value{}, m
	}
	r := reader{json.NewDecoder(bytes.NewReader(data))}
	r.UseNumber()
	v, err := r.value(0)
	if err == nil {
		if _, err = r.Token(); err == nil {
			err = errTrailing
		} else if errors.Is(err, io.EOF) {
			return v, nil
		}
	}
	m.syntax(data, r.InputOffset(), err)
	return value{}, m
}

var (
	errTrailing = errors.New("more data follows the end of the document")
	errDeep     = errors.New("nested too deeply")
)

func (m *Mistakes) syntax(data []byte, offset int64, err error) {
	var s *json.SyntaxError
	if errors.As(err, &s) {
		offset = s.Offset + 1 // the offending byte itself
	}
	before := data[:min(int(offset), len(data))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	vi := "JSON sai cú pháp, thường do thiếu hoặc thừa dấu phẩy, ngoặc hay dấu nháy"
	switch {
	case errors.Is(err, errTrailing):
		vi = "còn dữ liệu sau khi tài liệu đã kết thúc"
	case errors.Is(err, errDeep):
		vi = fmt.Sprintf("lồng nhau quá sâu: tối đa %d cấp", maxDepth)
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		vi, err = "tệp kết thúc giữa chừng", errors.New("the file ends too early")
	}
	*m = append(*m, Mistake{"$", VI(fmt.Sprintf("dòng %d, cột %d: %s", line, column, vi), fmt.Sprintf("line %d, column %d: %v", line, column, err))})
}

type reader struct{ *json.Decoder }

func (r reader) value(depth int) (value, error) {
	t, err := r.Token()
	if err != nil {
		return value{}, err
	}
	switch t := t.(type) {
	case json.Delim:
		if depth == maxDepth {
			return value{}, errDeep
		}
		if t == '{' {
			return r.object(depth)
		}
		return r.list(depth)
	case string:
		return value{kind: 's', text: t}, nil
	case json.Number:
		return value{kind: 'n', text: t.String()}, nil
	case bool:
		return value{kind: 'b', truth: t, text: strconv.FormatBool(t)}, nil
	}
	return value{kind: '0', text: "null"}, nil
}

func (r reader) object(depth int) (value, error) {
	v := value{kind: '{'}
	for r.More() {
		t, err := r.Token()
		if err != nil {
			return v, err
		}
		name, ok := t.(string)
		if !ok {
			return v, fmt.Errorf("a member name was expected, found %v", t)
		}
		x, err := r.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.members = append(v.members, member{name, x})
	}
	_, err := r.Token()
	return v, err
}

func (r reader) list(depth int) (value, error) {
	v := value{kind: '['}
	for r.More() {
		x, err := r.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.items = append(v.items, x)
	}
	_, err := r.Token()
	return v, err
}
