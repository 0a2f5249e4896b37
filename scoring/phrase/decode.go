package phrase

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Decode reads the JSON document data into the struct that into points to, strictly: unknown fields, values of another
// type, repeated names and whatever follows the document are mistakes. It finds every mistake, not only the first; each has its
// JSON path, such as $.tree[2].children[0].max_points, and says what was expected. A null is as good as leaving a field out.
//
// The fields are named by their json tags. Strings, floats, integers, booleans, slices, pointers, maps from string
// and structs of these are known. A leading byte-order mark is skipped.
func Decode(data []byte, into any) Mistakes {
	v, m := read(data)
	if m != nil {
		return m
	}
	m.fill("$", v, reflect.ValueOf(into).Elem())
	return m
}

func (m *Mistakes) fill(path string, v value, to reflect.Value) {
	if v.kind == '0' {
		return
	}
	switch to.Kind() {
	case reflect.Pointer:
		x := reflect.New(to.Type().Elem())
		m.fill(path, v, x.Elem())
		to.Set(x)
	case reflect.Struct:
		if m.is(path, v, '{') {
			m.fillStruct(path, v, to)
		}
	case reflect.Map:
		if m.is(path, v, '{') {
			m.fillMap(path, v, to)
		}
	case reflect.Slice:
		if m.is(path, v, '[') {
			m.fillSlice(path, v, to)
		}
	default:
		m.fillPlain(path, v, to)
	}
}

// is reports whether v is of the wanted kind; otherwise it notes the mistake.
func (m *Mistakes) is(path string, v value, want byte) bool {
	if v.kind == want {
		return true
	}
	found := kinds[v.kind]
	if v.kind != '{' && v.kind != '[' {
		found = VI(excerpt(v.text), excerpt(v.text))
	}
	*m = append(*m, Mistake{path, VI(
		fmt.Sprintf("phải là %s, nhưng lại là %s", kinds[want].In("vi"), found.In("vi")),
		fmt.Sprintf("expected %s, found %s", kinds[want].In("en"), found.In("en")))})
	return false
}

func excerpt(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return strconv.Quote(s)
}

func (m *Mistakes) fillStruct(path string, v value, to reflect.Value) {
	names, fields := fieldsOf(to.Type())
	m.repeated(path, v)
	for _, x := range v.members {
		at := path + "." + x.name
		if i, ok := fields[x.name]; ok {
			m.fill(at, x.value, to.Field(i))
			continue
		}
		m.Add(path+"."+label(x.name), "không có trường tên %s ở đây; các trường được phép: %s", "there is no field %s here; the fields are %s",
			excerpt(x.name), strings.Join(names, ", "))
	}
}

// label keeps a strange member name from breaking the path it stands in.
func label(name string) string {
	if len(name) > 64 || strings.ContainsAny(name, ".[]\" \n\t") {
		return "[" + excerpt(name) + "]"
	}
	return name
}

func (m *Mistakes) repeated(path string, v value) {
	seen := make(map[string]bool, len(v.members))
	for _, x := range v.members {
		if seen[x.name] {
			m.Add(path+"."+label(x.name), "trường này bị lặp lại", "this field is given more than once")
		}
		seen[x.name] = true
	}
}

// fieldsOf returns the JSON names of a struct in order, and the field number of each.
func fieldsOf(t reflect.Type) (names []string, fields map[string]int) {
	fields = map[string]int{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "" || name == "-" || !t.Field(i).IsExported() {
			continue
		}
		names, fields[name] = append(names, name), i
	}
	return names, fields
}

func (m *Mistakes) fillMap(path string, v value, to reflect.Value) {
	m.repeated(path, v)
	out := reflect.MakeMapWithSize(to.Type(), len(v.members))
	for _, x := range v.members {
		e := reflect.New(to.Type().Elem()).Elem()
		m.fill(path+"."+label(x.name), x.value, e)
		out.SetMapIndex(reflect.ValueOf(x.name).Convert(to.Type().Key()), e)
	}
	to.Set(out)
}

func (m *Mistakes) fillSlice(path string, v value, to reflect.Value) {
	out := reflect.MakeSlice(to.Type(), len(v.items), len(v.items))
	for i, x := range v.items {
		if at := path + "[" + strconv.Itoa(i) + "]"; x.kind == '0' {
			m.Add(at, "null không được phép trong danh sách", "null is not allowed in a list")
		} else {
			m.fill(at, x, out.Index(i))
		}
	}
	to.Set(out)
}

func (m *Mistakes) fillPlain(path string, v value, to reflect.Value) {
	switch kind := to.Kind(); {
	case kind == reflect.String && m.is(path, v, 's'):
		to.SetString(v.text)
	case kind == reflect.Bool && m.is(path, v, 'b'):
		to.SetBool(v.truth)
	case to.CanFloat() && m.is(path, v, 'n'):
		if f, err := strconv.ParseFloat(v.text, 64); err == nil && !math.IsInf(f, 0) {
			to.SetFloat(f)
		} else {
			m.Add(path, "số %s quá lớn", "the number %s is too large", excerpt(v.text))
		}
	case to.CanInt() && m.is(path, v, 'n'):
		if n, err := strconv.ParseInt(v.text, 10, 64); err == nil && !to.OverflowInt(n) {
			to.SetInt(n)
		} else {
			m.Add(path, "phải là số nguyên, nhưng lại là %s", "expected a whole number, found %s", excerpt(v.text))
		}
	case !slices.Contains([]reflect.Kind{reflect.String, reflect.Bool}, kind) && !to.CanFloat() && !to.CanInt():
		panic("phrase: a definition may not hold " + to.Type().String())
	}
}
