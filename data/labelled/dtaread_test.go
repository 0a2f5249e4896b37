package labelled_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"
)

// dtaFile reads a Stata file by the format's description alone, with nothing of the writer.
type dtaFile struct {
	t    *testing.T
	file []byte
	at   int
}

func (d *dtaFile) take(n int) []byte {
	d.at += n
	return d.file[d.at-n : d.at]
}

func (d *dtaFile) number(size int) int64 {
	var b [8]byte
	copy(b[:], d.take(size))
	return int64(binary.LittleEndian.Uint64(b[:]))
}

func (d *dtaFile) tag(want string) {
	d.t.Helper()
	if got := string(d.take(len(want))); got != want {
		d.t.Fatalf("at %d stands %q, want %q", d.at, got, want)
	}
}

func (d *dtaFile) field(size int) string {
	text, _, _ := strings.Cut(string(d.take(size)), "\x00")
	return text
}

func readDTA(t *testing.T, file []byte) (out dump) {
	t.Helper()
	d := &dtaFile{t: t, file: file}
	d.tag("<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>")
	k := int(d.number(2))
	d.tag("</K><N>")
	n := int(d.number(8))
	d.tag("</N><label>")
	d.take(int(d.number(2)))
	d.tag("</label><timestamp>")
	d.take(int(d.number(1)))
	d.tag("</timestamp></header>")
	starts := []int{0, d.at}
	d.tag("<map>")
	var said []int
	for range 14 {
		said = append(said, int(d.number(8)))
	}
	d.tag("</map>")
	part := func(name string, body func()) {
		starts = append(starts, d.at)
		d.tag("<" + name + ">")
		body()
		d.tag("</" + name + ">")
	}
	kinds, name, format, levelsOf, label := make([]int, k), make([]string, k), make([]string, k), make([]string, k), make([]string, k)
	fields := func(to []string, size int) func() {
		return func() {
			for i := range to {
				to[i] = d.field(size)
			}
		}
	}
	part("variable_types", func() {
		for i := range kinds {
			kinds[i] = int(d.number(2))
		}
	})
	part("varnames", fields(name, 129))
	part("sortlist", func() { d.take(2 * (k + 1)) })
	part("formats", fields(format, 57))
	part("value_label_names", fields(levelsOf, 129))
	part("variable_labels", fields(label, 321))
	part("characteristics", func() {
		for bytes.HasPrefix(d.file[d.at:], []byte("<ch>")) {
			d.tag("<ch>")
			d.take(int(d.number(4)))
			d.tag("</ch>")
		}
	})
	cells := make([][]string, n)
	long := map[[2]int64]*string{}
	part("data", func() {
		for r := range n {
			for i := range k {
				cells[r] = append(cells[r], d.cell(kinds[i], format[i]))
			}
		}
	})
	part("strls", func() {
		for bytes.HasPrefix(d.file[d.at:], []byte("GSO")) {
			d.tag("GSO")
			key := [2]int64{d.number(4), d.number(8)}
			d.take(1)
			text := strings.TrimSuffix(string(d.take(int(d.number(4)))), "\x00")
			long[key] = &text
		}
	})
	part("value_labels", func() {
		for bytes.HasPrefix(d.file[d.at:], []byte("<lbl>")) {
			d.labels(&out)
		}
	})
	starts = append(starts, d.at)
	d.tag("</stata_dta>")
	starts = append(starts, d.at)
	if fmt.Sprint(starts) != fmt.Sprint(said) || d.at != len(file) {
		t.Errorf("the map says %v, the parts begin at %v of %d bytes", said, starts, len(file))
	}
	for i := range k {
		out.add("V", name[i], label[i])
		for r := range n {
			text := cells[r][i]
			if kinds[i] == 32768 {
				text = d.longText(long, text)
			}
			out.add("D", name[i], fmt.Sprint(r+1), text)
		}
	}
	return out
}

func (d *dtaFile) longText(long map[[2]int64]*string, key string) string {
	var v, o int64
	_, err := fmt.Sscanf(key, "%d %d", &v, &o)
	check(d.t, err)
	if v == 0 {
		return ""
	}
	text := long[[2]int64{v, o}]
	if text == nil {
		d.t.Fatalf("there is no text %s", key)
	}
	return *text
}

func (d *dtaFile) cell(kind int, format string) string {
	since := int64(0)
	if strings.HasPrefix(format, "%td") {
		since = 3653
	}
	switch kind {
	case 32768:
		return fmt.Sprint(d.number(2), " ", d.number(6))
	case 65526:
		bits := uint64(d.number(8))
		if bits >= 0x7fe0<<48 && bits>>63 == 0 {
			return missingName(int64(bits>>40) & 0xff)
		}
		return digits(math.Float64frombits(bits))
	case 65528:
		if x := d.number(4); x <= 2_147_483_620 || x > math.MaxInt32 {
			return digits(float64(int64(int32(x)) - since))
		} else {
			return missingName(x - 2_147_483_621)
		}
	case 65529:
		if x := d.number(2); x <= 32_740 || x > math.MaxInt16 {
			return digits(float64(int16(x)))
		} else {
			return missingName(x - 32_741)
		}
	}
	if kind > 2045 {
		d.t.Fatalf("type %d", kind)
	}
	return d.field(kind)
}

func missingName(n int64) string {
	if n == 0 {
		return "."
	}
	return "." + string(rune('a'+n-1))
}

func (d *dtaFile) labels(out *dump) {
	d.tag("<lbl>")
	size := int(d.number(4))
	name := d.field(129)
	d.take(3)
	end := d.at + size
	n, texts := int(d.number(4)), int(d.number(4))
	offsets, values := make([]int, n), make([]int64, n)
	for i := range offsets {
		offsets[i] = int(d.number(4))
	}
	for i := range values {
		values[i] = int64(int32(d.number(4)))
	}
	all := string(d.take(texts))
	for i, at := range offsets {
		text, _, _ := strings.Cut(all[at:], "\x00")
		value := fmt.Sprint(values[i])
		if values[i] > 2_147_483_620 {
			value = missingName(values[i] - 2_147_483_621)
		}
		out.add("L", name, value, text)
	}
	if d.at != end {
		d.t.Errorf("labels of %s end at %d, want %d", name, d.at, end)
	}
	d.tag("</lbl>")
}
