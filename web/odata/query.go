package odata

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Query is what a request wants of a set.
type Query struct {
	filter *expr
	shown  []int  // properties; nil = all
	sorts  []sort // none = the order of the set
	skip   int
	top    int // −1 = all
	count  bool
	from   int // rows that earlier pages had
}

type sort struct {
	property   int
	descending bool
}

// offered are the system query options of this service. Their names are case-sensitive in OData 4.0.
var offered = []string{"$filter", "$select", "$orderby", "$top", "$skip", "$count", "$skiptoken", "$format"}

// Parse reads the query of a request. Options without a dollar sign are nobody's business here.
func Parse(v url.Values, set *Set) (*Query, error) {
	for name, values := range v {
		switch {
		case !strings.HasPrefix(name, "$"):
		case !slices.Contains(offered, name):
			return nil, beyond(trimmed(name))
		case len(values) > 1:
			return nil, bad(name + " stands twice")
		}
	}
	q := &Query{top: -1}
	for _, read := range []func(url.Values, *Set) error{q.readFilter, q.readShape, q.readBounds} {
		if err := read(v, set); err != nil {
			return nil, err
		}
	}
	return q, Format(v)
}

// Format checks $format: JSON is all there is.
func Format(v url.Values) error {
	media, _, _ := strings.Cut(v.Get("$format"), ";")
	if media != "" && media != "json" && media != "application/json" {
		return &Error{415, "$format: JSON is all there is"}
	}
	return nil
}

func (q *Query) readFilter(v url.Values, set *Set) error {
	text := v.Get("$filter")
	if text == "" {
		return nil
	}
	e, err := parseFilter(text, set)
	if err != nil {
		return err
	}
	q.filter = &e
	return nil
}

// readShape reads which properties are wanted, in which order the rows.
func (q *Query) readShape(v url.Values, set *Set) error {
	if text := v.Get("$select"); text != "" && text != "*" {
		q.shown = []int{}
		for _, name := range strings.Split(text, ",") {
			i := set.property(strings.TrimSpace(name))
			if i < 0 {
				return bad("$select: " + set.Name + " has no property “" + trimmed(name) + "”")
			}
			if !slices.Contains(q.shown, i) {
				q.shown = append(q.shown, i)
			}
		}
	}
	text := v.Get("$orderby")
	if text == "" {
		return nil
	}
	for _, one := range strings.Split(text, ",") {
		words := strings.Fields(one)
		if len(words) == 0 || len(words) > 2 || len(words) == 2 && words[1] != "asc" && words[1] != "desc" {
			return bad("$orderby: “" + trimmed(one) + "”")
		}
		i := set.property(words[0])
		if i < 0 {
			return bad("$orderby: " + set.Name + " has no property “" + trimmed(words[0]) + "”")
		}
		q.sorts = append(q.sorts, sort{i, len(words) == 2 && words[1] == "desc"})
	}
	return nil
}

func (q *Query) readBounds(v url.Values, _ *Set) error {
	for _, n := range []struct {
		name string
		to   *int
	}{{"$skip", &q.skip}, {"$top", &q.top}, {"$skiptoken", &q.from}} {
		text := v.Get(n.name)
		if text == "" {
			continue
		}
		x, err := strconv.ParseUint(text, 10, 31)
		if err != nil {
			return bad(n.name + ": a number is expected")
		}
		*n.to = int(x)
	}
	switch v.Get("$count") {
	case "", "false":
	case "true":
		q.count = true
	default:
		return bad("$count: true or false is expected")
	}
	return nil
}

// fixed is what the filter wants for certain.
func (q *Query) fixed() Fixed {
	if q.filter == nil {
		return nil
	}
	return q.filter.pin
}

// wants reports whether a row passes the filter.
func (q *Query) wants(row []any) bool { return q.filter == nil || q.filter.eval(row) == true }

// Entity turns "Rankings(index='sipas',period='2025')" into the name of a set and a filter for the entity; filter is "" where there is
// no key. A key of one property may be left without its name.
func Entity(text string, s *Service) (set *Set, filter string, err error) {
	name, key, keyed := strings.Cut(text, "(")
	if set = s.Set(name); set == nil {
		return nil, "", &Error{404, "there is no set “" + trimmed(name) + "”"}
	}
	if !keyed {
		return set, "", nil
	}
	list, err := tokens(strings.TrimSuffix(key, ")"))
	if err != nil || !strings.HasSuffix(key, ")") {
		return nil, "", bad("the key cannot be read")
	}
	return keyFilter(set, list)
}

// keyFilter checks that a key names each of its properties once.
func keyFilter(set *Set, list []token) (*Set, string, error) {
	if len(set.Key) == 1 && len(list) == 2 && list[0].kind == literalToken {
		return set, set.Key[0] + " eq " + list[0].text, nil
	}
	var parts []string
	seen := map[string]bool{}
	for ; len(list) >= 3 && list[0].kind == nameToken && list[1].text == "=" && list[2].kind == literalToken; list = list[3:] {
		seen[list[0].text] = true
		parts = append(parts, list[0].text+" eq "+list[2].text)
		if len(list) >= 8 && list[3].text == "," {
			list = list[1:]
		} else if list[3].kind != endToken {
			break
		}
	}
	if len(list) != 1 || len(parts) != len(set.Key) || len(seen) != len(parts) {
		return nil, "", bad("the key of " + set.Name + " is " + strings.Join(set.Key, ", "))
	}
	for _, k := range set.Key {
		if !seen[k] {
			return nil, "", bad("the key of " + set.Name + " is " + strings.Join(set.Key, ", "))
		}
	}
	return set, strings.Join(parts, " and "), nil
}
