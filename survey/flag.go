package survey

import (
	"errors"
	"fmt"
	"math/bits"
	"strings"

	"thuocdo/scoring/phrase"
)

// Flag is a set of marks of doubtful quality on a response (dấu hiệu chất lượng): a bit each. A mark is a reason to look,
// never a verdict. Most are found again from the stored responses whenever they are asked for; the last ones only the
// intake can see. Package quality documents the rules. Bits keep their number for ever, because some are stored.
type Flag uint32

// The marks.
const (
	Speeding        Flag = 1 << iota // answered in less than a third of the median time per question
	StraightLining                   // one level for every rating, not the best one
	LongString                       // one level for most ratings in a row
	AllBest                          // the best level everywhere, in a group where this is far too frequent
	Duplicate                        // the same answers as others of the agency, more often than chance gives
	Burst                            // of a day on which its counter, device or batch brought in far more than usual
	DigitPreference                  // of an enumerator whose numbers end in some digits too often
	Nonresponse                      // most of what was asked is not answered
	Trap                             // something was typed into a field that no person sees
	Network                          // of a network that sent far more than its part
	Automated                        // sent without the proof of work, or as no browser sends
)

// Weighty are the marks of which each alone is reason enough to look. The others come from habits that honest people
// have too, and weigh where two meet.
const Weighty = Speeding | AllBest | Duplicate | Burst | Trap | Network | Automated

// ErrUnknownFlag reports a name that is no flag's.
var ErrUnknownFlag = errors.New("unknown quality flag")

// flags are their names and words, by bit.
var flags = []struct {
	name string
	text phrase.Text
}{
	{"speeding", phrase.VI("trả lời quá nhanh", "answered too fast")},
	{"straight_lining", phrase.VI("mọi câu cùng một mức", "one level throughout")},
	{"long_string", phrase.VI("chuỗi dài cùng một mức", "long run of one level")},
	{"all_best", phrase.VI("toàn mức cao nhất, nhiều bất thường", "all best, unusually often")},
	{"duplicate", phrase.VI("trùng lặp nhiều hơn ngẫu nhiên", "same answers more often than chance gives")},
	{"burst", phrase.VI("dồn dập trong một ngày", "burst on one day")},
	{"digit_preference", phrase.VI("điều tra viên ưa một số chữ số", "enumerator prefers some digits")},
	{"nonresponse", phrase.VI("bỏ trống phần lớn", "mostly left blank")},
	{"trap", phrase.VI("điền vào ô bẫy", "filled in the trap field")},
	{"network", phrase.VI("quá nhiều phiếu từ một mạng", "too many from one network")},
	{"automated", phrase.VI("có dấu hiệu gửi tự động", "looks automated")},
}

// AllFlags returns every flag, one bit each, in the order of their bits.
func AllFlags() []Flag {
	list := make([]Flag, len(flags))
	for i := range list {
		list[i] = 1 << i
	}
	return list
}

// Has reports whether all marks of o are in f.
func (f Flag) Has(o Flag) bool { return f&o == o }

// Count returns how many marks f has.
func (f Flag) Count() int { return bits.OnesCount32(uint32(f)) }

// Suspect reports whether a response with these marks is to be looked at: one that weighs, or two others.
func (f Flag) Suspect() bool { return f&Weighty != 0 || f.Count() >= 2 }

// Each returns the marks of f one by one.
func (f Flag) Each() (list []Flag) {
	for _, x := range AllFlags() {
		if f.Has(x) {
			list = append(list, x)
		}
	}
	return list
}

// String returns the names, separated by spaces; "" for none. ParseFlags reads them.
func (f Flag) String() string {
	var names []string
	for i := range flags {
		if f.Has(1 << i) {
			names = append(names, flags[i].name)
		}
	}
	return strings.Join(names, " ")
}

// Text says the first mark of f in both languages, nothing for none.
func (f Flag) Text() phrase.Text {
	if i := bits.TrailingZeros32(uint32(f)); i < len(flags) {
		return flags[i].text
	}
	return nil
}

// ParseFlags reads names separated by blanks or commas, or ErrUnknownFlag.
func ParseFlags(s string) (f Flag, err error) {
	for _, name := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' }) {
		one, ok := flagNamed(name)
		if !ok {
			return 0, fmt.Errorf("%q: %w", name, ErrUnknownFlag)
		}
		f |= one
	}
	return f, nil
}

func flagNamed(name string) (Flag, bool) {
	for i := range flags {
		if flags[i].name == name {
			return 1 << i, true
		}
	}
	return 0, false
}
