package labelled_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"
)

// savFile reads a system file by the format's description alone, with nothing of the writer.
type savFile struct {
	t      *testing.T
	in     *bytes.Reader
	vars   []savVar // by unit; continuation records have width −1
	long   map[string]string
	widths map[string]int
	codes  []byte
}

type savVar struct {
	width   int
	name    string
	label   string
	missing []float64
	format  int
}

func (s *savFile) int() int {
	var x int32
	check(s.t, binary.Read(s.in, binary.LittleEndian, &x))
	return int(x)
}

func (s *savFile) float() float64 {
	var x float64
	check(s.t, binary.Read(s.in, binary.LittleEndian, &x))
	return x
}

func (s *savFile) text(n int) string {
	b := make([]byte, n)
	if _, err := s.in.Read(b); err != nil && n > 0 {
		s.t.Fatal(err)
	}
	return string(b)
}

func trimmed(s string) string { return strings.TrimRight(s, " ") }

// readSAV returns the contents of a system file and the name of its weight.
func readSAV(t *testing.T, file []byte) (d dump, weight string) {
	t.Helper()
	s := &savFile{t: t, in: bytes.NewReader(file), long: map[string]string{}, widths: map[string]int{}}
	if magic := s.text(4); magic != "$FL2" {
		t.Fatalf("begins with %q", magic)
	}
	s.text(60)
	layout, units, compressed, weightAt, rows := s.int(), s.int(), s.int(), s.int(), s.int()
	if bias := s.float(); layout != 2 || compressed != 1 || bias != 100 {
		t.Fatalf("layout %d, compression %d, bias %v", layout, compressed, bias)
	}
	s.text(9 + 8 + 64 + 3)
	type labels struct {
		value []string
		text  []string
		of    string
	}
	var raw []struct {
		value [8]byte
		text  string
	}
	var all []labels
	labelOf := func(units []int) {
		for _, u := range units {
			v := s.vars[u-1]
			l := labels{of: v.name}
			for _, r := range raw {
				if v.width > 0 {
					l.value = append(l.value, trimmed(string(r.value[:])))
				} else {
					l.value = append(l.value, s.shown(v, math.Float64frombits(binary.LittleEndian.Uint64(r.value[:]))))
				}
				l.text = append(l.text, r.text)
			}
			all = append(all, l)
		}
	}
	for done := false; !done; {
		switch kind := s.int(); kind {
		case 2:
			v := savVar{width: s.int()}
			hasLabel, missing := s.int(), s.int()
			v.format, _ = s.int(), s.int()
			v.name = trimmed(s.text(8))
			if hasLabel == 1 {
				n := s.int()
				v.label = s.text((n + 3) / 4 * 4)[:n]
			}
			for range missing {
				v.missing = append(v.missing, s.float())
			}
			s.vars = append(s.vars, v)
		case 3:
			raw = nil
			for range s.int() {
				var r struct {
					value [8]byte
					text  string
				}
				copy(r.value[:], s.text(8))
				n := int(s.text(1)[0])
				r.text = s.text((n+8)/8*8 - 1)[:n]
				raw = append(raw, r)
			}
		case 4:
			var units []int
			for range s.int() {
				units = append(units, s.int())
			}
			labelOf(units)
		case 7:
			sub, size, count := s.int(), s.int(), s.int()
			body := s.text(size * count)
			switch sub {
			case 13:
				for pair := range strings.SplitSeq(body, "\t") {
					short, long, _ := strings.Cut(pair, "=")
					s.long[short] = long
				}
			case 14:
				for pair := range strings.SplitSeq(strings.TrimSuffix(body, "\x00\t"), "\x00\t") {
					name, width, _ := strings.Cut(pair, "=")
					n := 0
					_, err := fmt.Sscanf(width, "%d", &n)
					check(t, err)
					s.widths[name] = n
				}
			case 20:
				if body != "UTF-8" {
					t.Errorf("encoded in %q", body)
				}
			case 21:
				b := &savFile{t: t, in: bytes.NewReader([]byte(body))}
				for b.in.Len() > 0 {
					l := labels{of: b.text(b.int())}
					width := b.int()
					for range b.int() {
						v := b.text(b.int())
						if len(v) != width {
							t.Errorf("%s: a value of %d bytes, want %d", l.of, len(v), width)
						}
						l.value, l.text = append(l.value, trimmed(v)), append(l.text, b.text(b.int()))
					}
					all = append(all, l)
				}
			}
		case 999:
			s.int()
			done = true
		default:
			t.Fatalf("record of type %d", kind)
		}
	}
	if len(s.vars) != units {
		t.Errorf("%d units, the header says %d", len(s.vars), units)
	}
	if weightAt > 0 {
		weight = s.long[s.vars[weightAt-1].name]
	}
	for _, l := range all {
		name := l.of
		if n, ok := s.long[name]; ok {
			name = n
		}
		for i := range l.value {
			d.add("L", name, l.value[i], l.text[i])
		}
	}
	for i := range rows {
		s.row(&d, i+1, i == 0)
	}
	if code, _ := s.next(); code != 252 {
		t.Errorf("code %d stands at the end of the data", code)
	}
	return d, weight
}

// shown writes a number; dates as days since 1970 but for codes of missing ones.
func (s *savFile) shown(v savVar, x float64) string {
	if x != x {
		return "."
	}
	if v.format>>16 == 20 {
		x = x/86400 - 141428
	}
	return digits(x)
}

// next returns the next code and, where it has any, its eight bytes.
func (s *savFile) next() (byte, string) {
	if len(s.codes) == 0 {
		s.codes = []byte(s.text(8))
	}
	c := s.codes[0]
	s.codes = s.codes[1:]
	if c == 253 {
		return c, s.text(8)
	}
	return c, ""
}

func (s *savFile) unit() (x float64, raw string) {
	switch c, b := s.next(); c {
	case 253:
		return math.Float64frombits(binary.LittleEndian.Uint64([]byte(b))), b
	case 254:
		return 0, "        "
	case 255:
		return math.NaN(), ""
	case 252, 0:
		s.t.Fatalf("code %d stands for a value", c)
		return 0, ""
	default:
		return float64(c) - 100, ""
	}
}

func (s *savFile) row(d *dump, n int, first bool) {
	for i := 0; i < len(s.vars); {
		v := s.vars[i]
		name := s.long[v.name]
		if first {
			d.add("V", name, v.label)
		}
		if v.width == 0 {
			x, _ := s.unit()
			d.add("D", name, fmt.Sprint(n), s.shown(v, x))
			i++
			continue
		}
		total, text := v.width, ""
		if w, ok := s.widths[v.name]; ok {
			total = w
		}
		for left := total; left > 0; {
			w := s.vars[i].width
			piece := ""
			for range (w + 7) / 8 {
				_, b := s.unit()
				piece += b
			}
			text += piece[:w]
			i += (w + 7) / 8
			left -= w
			if total > 255 {
				left = total - len(text)
			}
		}
		d.add("D", name, fmt.Sprint(n), trimmed(text))
	}
}
